-- Which containers serve which app, for nginx. The keys are those of the vhosts, such as "web|http:80"; the values are
-- "10.210.0.2:5000 10.210.0.3:5000", kept in a dictionary that all workers share.
local balancer = require "ngx.balancer"

local dictionary = ngx.shared.cairn_endpoints
local match, gmatch, find, lower = string.match, string.gmatch, string.find, string.lower
local cairn = {}

-- Keys begin with an app, whose names hold no slash, so this one is nobody's.
local LOADED = "/loaded"
local ERROR_PAGE = "/.cairn/error"

-- What each worker has parsed, by key. A list is parsed again only when its text is another.
local parsed = {}

local function number(text, highest)
    local value = tonumber(text)
    return value and value <= highest and value
end

local function endpoint(text)
    local a, b, c, d, port = match(text, "^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?):(%d%d?%d?%d?%d?)$")
    if not a or not (number(a, 255) and number(b, 255) and number(c, 255) and number(d, 255)) then
        return nil
    end
    port = number(port, 65535)
    if not port or port == 0 then
        return nil
    end
    return { address = a .. "." .. b .. "." .. c .. "." .. d, port = port }
end

-- An array of endpoints; nil and the word at fault when one is not an address and a port.
local function endpoints(text)
    local list = {}
    for word in gmatch(text, "%S+") do
        local item = endpoint(word)
        if not item then
            return nil, word
        end
        list[#list + 1] = item
    end
    return list
end

-- The endpoints of a key, nil when there are none.
local function lookup(key)
    local text = dictionary:get(key)
    local cached = parsed[key]
    if not cached or cached.text ~= text then
        local list = text and endpoints(text) or {}
        -- Workers begin at different places, or all would send their first request to the same container.
        cached = { text = text, list = list, turn = math.random(0, #list) }
        parsed[key] = text and cached or nil
    end
    if #cached.list > 0 then
        return cached
    end
end

-- One line "scheme:port address:port …" as a key and a value; nil and what is wrong with it.
local function mapping(app, line)
    local name, rest = match(line, "^(%l+:%d+)(.*)$")
    if not name or not number(match(name, "%d+"), 65535) or (rest ~= "" and not find(rest, "^ ")) then
        return nil, "not a mapping: " .. line
    end
    local list, word = endpoints(rest)
    if not list then
        return nil, "not an endpoint: " .. word
    end
    return app .. "|" .. name, (match(rest, "^%s*(.-)%s*$"))
end

local function is_app(name)
    return name and #name <= 64 and find(name, "^[%l%d][%l%d.-]*$") ~= nil
end

-- The lines of a text as keys and values; nil and what is wrong. With `app` the lines are that app's.
local function table_of(text, app)
    local result = {}
    for line in gmatch(text, "[^\n]+") do
        local name, rest = app, line
        if not name then
            name, rest = match(line, "^(%S+) (.*)$")
        end
        if not is_app(name) then
            return nil, "not an app: " .. line
        end
        local key, value = mapping(name, rest)
        if not key then
            return nil, value
        end
        result[key] = value
    end
    return result
end

-- When nginx starts: takes the endpoints from the file. A reload keeps the dictionary, which by then is newer.
function cairn.load(path)
    if dictionary:get(LOADED) then
        return
    end
    local file = io.open(path, "r")
    if file then
        for line in file:lines() do
            local values, reason = table_of(line)
            if values then
                for key, value in pairs(values) do
                    dictionary:safe_set(key, value)
                end
            else
                ngx.log(ngx.ERR, "cairn: endpoints left out: ", reason)
            end
        end
        file:close()
    end
    dictionary:set(LOADED, true)
end

local function send_page()
    ngx.header["Content-Type"] = "text/html; charset=utf-8"
    ngx.header["Cache-Control"] = "no-store"
    ngx.header["X-Cairn-Error"] = ngx.var.cairn_error
    ngx.print(ngx.var.cairn_error_page)
    return ngx.exit(ngx.HTTP_OK)
end

-- Before a request is sent on: refuses it when its app has no container, and when it came over a TLS connection that
-- was made for another host (RFC 9110, 15.5.20). Errors of nginx itself come back here for their page.
function cairn.route(named)
    local var = ngx.var
    if var.uri == ERROR_PAGE and ngx.req.is_internal() then
        return send_page()
    end
    local sni = named and var.ssl_server_name
    if sni and lower(sni) ~= var.host then
        return ngx.exit(421)
    end
    local key = var.cairn_key
    if not lookup(key) then
        ngx.status = 503
        return send_page()
    end
    ngx.ctx.cairn_key = key
end

-- For each attempt: the next endpoint of the key as it is now. Reading a long request can take a while, and what served
-- the app when the request came may be gone.
function cairn.balance()
    local context = ngx.ctx
    local peers = lookup(context.cairn_key)
    if not peers then
        return
    end
    local count = #peers.list
    if not context.cairn_last then
        -- One more attempt even with a single endpoint: a kept connection may have been closed by the app just now.
        balancer.set_more_tries(count > 1 and 2 or 1)
    end
    peers.turn = peers.turn % count + 1
    local peer = peers.list[peers.turn]
    if peer == context.cairn_last and count > 1 then
        peers.turn = peers.turn % count + 1
        peer = peers.list[peers.turn]
    end
    context.cairn_last = peer
    local done, reason = balancer.set_current_peer(peer.address, peer.port)
    if not done then
        ngx.log(ngx.ERR, "cairn: no connection to ", peer.address, ":", peer.port, ": ", reason)
    end
end

local function answer(status, text)
    ngx.status = status
    ngx.print(text, "\n")
    return ngx.exit(ngx.HTTP_OK)
end

local function keys(app)
    local result = {}
    local prefix = app and app .. "|"
    for _, key in ipairs(dictionary:get_keys(0)) do
        if key ~= LOADED and (not prefix or key:sub(1, #prefix) == prefix) then
            result[#result + 1] = key
        end
    end
    table.sort(result)
    return result
end

local function list(app)
    local lines = {}
    for _, key in ipairs(keys(app)) do
        local name, rest = match(key, "^(.-)|(.*)$")
        local value = dictionary:get(key) or ""
        lines[#lines + 1] = (app and "" or name .. " ") .. rest .. (value == "" and "" or " " .. value)
    end
    ngx.print(table.concat(lines, "\n"), #lines > 0 and "\n" or "")
    return ngx.exit(ngx.HTTP_OK)
end

-- Everything is checked before anything is changed; what the new table does not name is forgotten last.
local function replace(app, body)
    local values, reason = table_of(body, app)
    if not values then
        return answer(400, reason)
    end
    for key, value in pairs(values) do
        local done, failure = dictionary:safe_set(key, value)
        if not done then
            return answer(507, "the dictionary is full: " .. failure)
        end
    end
    for _, key in ipairs(keys(app)) do
        if not values[key] then
            dictionary:delete(key)
        end
    end
    return answer(200, "ok")
end

-- GET and PUT of /endpoints, for one app with ?app=NAME, else for all.
function cairn.control()
    local app = ngx.var.arg_app
    if app and not is_app(app) then
        return answer(400, "not an app")
    end
    local method = ngx.req.get_method()
    if method == "GET" then
        return list(app)
    elseif method ~= "PUT" and method ~= "POST" then
        return answer(405, "GET or PUT")
    end
    ngx.req.read_body()
    if ngx.req.get_body_file() then
        return answer(413, "too large")
    end
    return replace(app, ngx.req.get_body_data() or "")
end

return cairn
