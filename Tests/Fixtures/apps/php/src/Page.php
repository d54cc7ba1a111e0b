<?php

declare(strict_types=1);

namespace Example\Hello;

use Example\Words\Words;

final class Page
{
    public function text(): string
    {
        return Words::hello('php') . "\n";
    }
}
