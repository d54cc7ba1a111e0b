<?php

declare(strict_types=1);

require __DIR__ . '/../vendor/autoload.php';

header('Content-Type: text/plain; charset=utf-8');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/extensions') {
    echo implode("\n", get_loaded_extensions()), "\n";
} elseif ($path === '/version') {
    echo PHP_VERSION, "\n";
} else {
    echo (new Example\Hello\Page())->text();
}
