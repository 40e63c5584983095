"""PHP layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations


def test_a_laravel_application_with_pest(detect):
    php = detect(
        {
            "composer.json": """
                {
                  "name": "acme/shop",
                  "require": {"php": "^8.2", "ext-json": "*", "laravel/framework": "^11.0"},
                  "require-dev": {"pestphp/pest": "^2.34", "laravel/pint": "^1.13", "larastan/larastan": "^2.9"},
                  "autoload": {"psr-4": {"App\\\\": "app/"}},
                  "autoload-dev": {"psr-4": {"Tests\\\\": "tests/"}},
                  "scripts": {"post-autoload-dump": ["x"], "dev": "npx concurrently"}
                }
            """,
            "artisan": "",
            "app/Models/Order.php": "",
            "tests/Unit/OrderTest.php": "",
            "tests/Feature/OrdersTest.php": "",
        }
    ).primary
    assert (php.name, php.language, php.fence, php.language_version) == ("php", "PHP", "php", "^8.2")
    assert (php.project, php.package_manager, php.test_runner) == ("acme/shop", "composer", "pest")
    assert php.install_command.text == "composer install"
    assert php.test_command.text == "vendor/bin/pest"
    assert php.test_file_command("tests/Unit/ATest.php").text == "vendor/bin/pest tests/Unit/ATest.php"
    assert php.coverage_command.text == "vendor/bin/pest --coverage"
    assert (php.lint_command.text, php.format_command.text) == ("vendor/bin/pint --test", "vendor/bin/pint")
    assert php.type_check_command.text == "vendor/bin/phpstan analyse"
    assert php.run_command.text == "composer dev"
    assert [name for name, _ in php.scripts] == ["dev"]
    assert php.add_command("guzzlehttp/guzzle").text == "composer require guzzlehttp/guzzle"
    assert php.add_command("mockery/mockery", dev=True).text == "composer require --dev mockery/mockery"
    assert php.source_file("rate limiter") == "app/RateLimiter.php"
    assert php.test_file("rate limiter") == "tests/Unit/RateLimiterTest.php"
    assert php.test_file("app/Models/Order.php") == "tests/Unit/Models/OrderTest.php"
    assert php.integration_test_file("Checkout") == "tests/Feature/CheckoutTest.php"
    assert [(d.name, d.version, d.dev) for d in php.dependencies] == [
        ("laravel/framework", "^11.0", False),
        ("pestphp/pest", "^2.34", True),
        ("laravel/pint", "^1.13", True),
        ("larastan/larastan", "^2.9", True),
    ]
    assert php.frameworks == ("laravel", "pest")


def test_a_library_with_phpunit_and_scripts(detect):
    php = detect(
        {
            "composer.json": """
                {"require-dev": {"phpunit/phpunit": "^11"}, "autoload": {"psr-4": {"Acme\\\\": ["src"]}},
                 "scripts": {"test": "phpunit", "lint": "phpcs"}}
            """,
            "phpunit.xml.dist": "",
            "src/Bucket.php": "",
        }
    ).primary
    assert (php.test_command.text, php.test_command.source) == ("composer test", "composer.json scripts.test")
    assert php.test_file_command("tests/BucketTest.php").text == "vendor/bin/phpunit tests/BucketTest.php"
    assert php.coverage_command.text == "vendor/bin/phpunit --coverage-text"
    assert php.lint_command.text == "composer lint"
    assert php.source_file("window") == "src/Window.php"
    assert php.test_file("window") == "tests/WindowTest.php"


def test_what_no_file_says_stays_open(detect):
    php = detect({"composer.json": "{}"}).primary
    assert (php.test_runner, php.test_command, php.source_file("a"), php.test_file("a")) == (None, None, None, None)


def test_a_broken_manifest_is_a_problem(detect):
    [problem] = detect({"composer.json": "{"}).problems
    assert problem.startswith("composer.json: is not valid JSON")
