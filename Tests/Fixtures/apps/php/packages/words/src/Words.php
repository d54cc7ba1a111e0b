<?php

declare(strict_types=1);

namespace Example\Words;

final class Words
{
    public static function hello(string $language): string
    {
        return 'Hello from ' . mb_convert_case($language, MB_CASE_UPPER);
    }
}
