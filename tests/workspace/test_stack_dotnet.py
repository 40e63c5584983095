""".NET layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations

WEB = """
    <Project Sdk="Microsoft.NET.Sdk.Web">
      <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
      <ItemGroup>
        <PackageReference Include="Serilog.AspNetCore" Version="8.0.1" />
        <PackageReference Include="Dapper" />
        <!-- <PackageReference Include="No" Version="1" /> -->
      </ItemGroup>
    </Project>
"""
TESTS = """
    <Project Sdk="Microsoft.NET.Sdk">
      <ItemGroup>
        <PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.9.0" />
        <PackageReference Include="xunit" Version="2.7.0" />
        <PackageReference Include="coverlet.collector" Version="6.0.0" />
      </ItemGroup>
    </Project>
"""


def test_a_solution_speaks_for_its_projects(detect):
    stack = detect(
        {
            "Shop.sln": "Microsoft Visual Studio Solution File",
            "src/Shop/Shop.csproj": WEB,
            "src/Shop/Program.cs": "",
            "tests/Shop.Tests/Shop.Tests.csproj": TESTS,
            "tests/Shop.Tests/OrderTests.cs": "",
        }
    )
    net = stack.primary
    assert (net.name, net.language, net.fence, net.language_version) == ("dotnet", "C#", "csharp", "net8.0")
    assert (net.project, net.manifest, net.test_runner) == ("Shop", "Shop.sln", "xunit")
    assert net.install_command.text == "dotnet restore"
    assert net.test_command.text == "dotnet test"
    assert net.coverage_command.text == 'dotnet test --collect:"XPlat Code Coverage"'
    assert net.test_file_command("tests/Shop.Tests/OrderTests.cs").text == (
        "dotnet test --filter FullyQualifiedName~OrderTests"
    )
    assert net.build_command.text == "dotnet build"
    assert net.lint_command.text == "dotnet format --verify-no-changes"
    assert net.run_command.text == "dotnet run --project src/Shop"
    assert net.add_command("Polly").text == "dotnet add src/Shop package Polly"
    assert net.dependency_file == "src/Shop/Shop.csproj"
    assert net.dev_dependency_file == "tests/Shop.Tests/Shop.Tests.csproj"
    assert net.source_file("rate limiter") == "src/Shop/RateLimiter.cs"
    assert net.test_file("rate limiter") == "tests/Shop.Tests/RateLimiterTests.cs"
    assert net.test_file("src/Shop/Orders/Order.cs") == "tests/Shop.Tests/Orders/OrderTests.cs"
    assert [(d.name, d.version, d.dev) for d in net.dependencies] == [
        ("Serilog.AspNetCore", "8.0.1", False),
        ("Dapper", "", False),
        ("Microsoft.NET.Test.Sdk", "17.9.0", True),
        ("xunit", "2.7.0", True),
        ("coverlet.collector", "6.0.0", True),
    ]
    assert net.dependency("dapper").name == "Dapper"
    assert net.frameworks == ("serilog", "dapper")


def test_a_project_alone(detect):
    net = detect(
        {
            "App.fsproj": '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>',
            "Program.fs": "",
        }
    ).primary
    assert (net.language, net.fence, net.extensions) == ("F#", "fsharp", (".fs",))
    assert net.run_command.text == "dotnet run"
    assert net.add_command("Argu").text == "dotnet add package Argu"
    assert net.source_file("limits") == "Limits.fs"
    assert (net.test_file("limits"), net.test_command, net.test_runner, net.coverage_command) == (None,) * 4


def test_a_project_finds_the_tests_beside_it(detect):
    stack = detect({"src/Lib/Lib.csproj": WEB, "src/Lib/A.cs": "", "src/Lib.Tests/Lib.Tests.csproj": TESTS})
    lib = stack.for_path("src/Lib/A.cs")
    assert lib.test_file("src/Lib/A.cs") == "src/Lib.Tests/ATests.cs"
    assert lib.test_command.line == "cd src/Lib && dotnet test ../Lib.Tests"
    assert stack.for_path("src/Lib.Tests/ATests.cs").test_command.line == "cd src/Lib.Tests && dotnet test"
