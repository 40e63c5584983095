"""Ruby layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations


def test_a_rails_application_with_rspec(detect):
    ruby = detect(
        {
            "Gemfile": """
                source "https://rubygems.org"
                ruby "3.3.1"

                gem "rails", "~> 7.1"
                gem "redis" # a comment
                group :development, :test do
                  gem "rspec-rails", "~> 6.1"
                  gem "rubocop", require: false
                end
                gem "pg", "~> 1.5"
                gem "listen", group: :development
            """,
            ".rspec": "",
            "bin/rails": "",
            "app/models/order.rb": "",
            "app/models/user.rb": "",
            "app/services/pay.rb": "",
            "spec/models/order_spec.rb": "",
            "spec/requests/orders_spec.rb": "",
        }
    ).primary
    assert (ruby.name, ruby.language, ruby.fence, ruby.language_version) == ("ruby", "Ruby", "ruby", "3.3.1")
    assert (ruby.package_manager, ruby.test_runner) == ("bundler", "rspec")
    assert ruby.install_command.text == "bundle install"
    assert ruby.test_command.text == "bundle exec rspec"
    assert ruby.test_file_command("spec/models/user_spec.rb").text == "bundle exec rspec spec/models/user_spec.rb"
    assert ruby.lint_command.text == "bundle exec rubocop"
    assert ruby.format_command.text == "bundle exec rubocop --autocorrect"
    assert ruby.run_command.text == "bin/rails server"
    assert ruby.add_command("sidekiq").text == "bundle add sidekiq"
    assert ruby.add_command("pry", dev=True).text == "bundle add pry --group development"
    assert ruby.source_file("Line item") == "app/models/line_item.rb"
    assert ruby.test_file("Line item") == "spec/models/line_item_spec.rb"
    assert ruby.test_file("app/services/pay.rb") == "spec/services/pay_spec.rb"
    assert ruby.integration_test_file("checkout") == "spec/requests/checkout_spec.rb"
    assert [(d.name, d.version, d.dev) for d in ruby.dependencies] == [
        ("rails", "~> 7.1", False),
        ("redis", "", False),
        ("rspec-rails", "~> 6.1", True),
        ("rubocop", "", True),
        ("pg", "~> 1.5", False),
        ("listen", "", True),
    ]
    assert ruby.frameworks == ("rails",)


def test_a_gem_with_minitest(detect):
    ruby = detect(
        {
            "Gemfile": 'source "https://rubygems.org"\ngemspec\n',
            "limiter.gemspec": """
                Gem::Specification.new do |spec|
                  spec.name = "limiter"
                  spec.add_dependency "redis", ">= 5"
                  spec.add_development_dependency "minitest", "~> 5.0"
                end
            """,
            ".ruby-version": "3.2\n",
            "Rakefile": "Rake::TestTask.new(:test)\n",
            "lib/limiter.rb": "",
            "lib/limiter/bucket.rb": "",
            "test/limiter/bucket_test.rb": "",
        }
    ).primary
    assert (ruby.project, ruby.language_version, ruby.test_runner) == ("limiter", "3.2", "minitest")
    assert ruby.test_command.text == "bundle exec rake test"
    assert ruby.test_file_command("test/a_test.rb").text == "bundle exec ruby -Itest test/a_test.rb"
    assert ruby.build_command.text == "gem build limiter.gemspec"
    assert ruby.lint_command is None
    assert ruby.source_file("window") == "lib/limiter/window.rb"
    assert ruby.test_file("window") == "test/limiter/window_test.rb"
    assert [(d.name, d.version, d.dev) for d in ruby.dependencies] == [
        ("redis", ">= 5", False),
        ("minitest", "~> 5.0", True),
    ]
    assert ruby.frameworks == ("minitest",)


def test_what_no_file_says_stays_open(detect):
    ruby = detect({"Gemfile": "", "config.ru": ""}).primary
    assert (ruby.test_runner, ruby.test_command, ruby.test_file("a")) == (None, None, None)
    assert ruby.run_command.text == "bundle exec rackup"
    assert ruby.source_file("a") == "lib/a.rb"
