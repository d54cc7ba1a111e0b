require "doorstep"

app = lambda do |_environment|
  [200, { "content-type" => "text/plain" }, ["Hello from Ruby, #{ENV.fetch('GREETING', 'world')}\n"]]
end

$stdout.sync = true
puts "Listening at #{ENV.fetch('PORT')}"
Doorstep.serve(Integer(ENV.fetch("PORT")), app)
