"""Java and Kotlin layouts: each tree's real commands, and nothing that its files do not say."""

from __future__ import annotations


def test_a_maven_project_with_a_wrapper(detect):
    java = detect(
        {
            "pom.xml": """
                <?xml version="1.0"?>
                <project>
                  <parent><artifactId>spring-boot-starter-parent</artifactId></parent>
                  <artifactId>shop</artifactId>
                  <properties><java.version>21</java.version></properties>
                  <!-- <dependency><groupId>no</groupId><artifactId>no</artifactId></dependency> -->
                  <dependencies>
                    <dependency>
                      <groupId>org.springframework.boot</groupId>
                      <artifactId>spring-boot-starter-web</artifactId>
                    </dependency>
                    <dependency>
                      <groupId>org.junit.jupiter</groupId>
                      <artifactId>junit-jupiter</artifactId>
                      <version>5.10.2</version>
                      <scope>test</scope>
                    </dependency>
                  </dependencies>
                  <build><plugins>
                    <plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin>
                    <plugin><artifactId>jacoco-maven-plugin</artifactId></plugin>
                  </plugins></build>
                </project>
            """,
            "mvnw": "",
            "src/main/java/com/acme/shop/App.java": "",
            "src/main/java/com/acme/shop/orders/OrderService.java": "",
            "src/test/java/com/acme/shop/orders/OrderServiceTest.java": "",
            "src/test/java/com/acme/shop/OrdersIT.java": "",
        }
    ).primary
    assert (java.name, java.language, java.fence, java.language_version) == ("java", "Java", "java", "21")
    assert (java.project, java.package_manager, java.test_runner) == ("shop", "maven", "junit")
    assert java.install_command.text == "./mvnw dependency:resolve"
    assert java.test_command.text == "./mvnw test"
    assert java.test_file_command("src/test/java/com/acme/shop/ATest.java").text == "./mvnw test -Dtest=ATest"
    assert java.coverage_command.text == "./mvnw verify"
    assert java.build_command.text == "./mvnw package"
    assert java.run_command.text == "./mvnw spring-boot:run"
    assert java.lint_command is None
    assert java.add_command("x") is None
    assert java.source_folder == "src/main/java/com/acme/shop"
    assert java.source_file("rate limiter") == "src/main/java/com/acme/shop/RateLimiter.java"
    assert java.test_file("rate limiter") == "src/test/java/com/acme/shop/RateLimiterTest.java"
    assert (
        java.test_file("src/main/java/com/acme/shop/orders/Order.java")
        == "src/test/java/com/acme/shop/orders/OrderTest.java"
    )
    assert java.integration_test_file("Checkout") == "src/test/java/com/acme/shop/CheckoutIT.java"
    assert [(d.name, d.version, d.dev) for d in java.dependencies] == [
        ("org.springframework.boot:spring-boot-starter-web", "", False),
        ("org.junit.jupiter:junit-jupiter", "5.10.2", True),
    ]
    assert java.dependency("junit-jupiter").dev
    assert java.frameworks == ("spring-boot", "junit")


def test_a_gradle_project_in_kotlin(detect):
    kotlin = detect(
        {
            "build.gradle.kts": """
                plugins {
                    kotlin("jvm") version "2.0.0"
                    application
                    id("com.diffplug.spotless") version "6.25.0"
                }
                kotlin { jvmToolchain(17) }
                dependencies {
                    implementation("io.ktor:ktor-server-core:2.3.11")
                    // implementation("no:no:1")
                    testImplementation("org.junit.jupiter:junit-jupiter:5.10.2")
                }
            """,
            "settings.gradle.kts": 'rootProject.name = "limiter"\n',
            "gradlew": "",
            "src/main/kotlin/App.kt": "",
        }
    ).primary
    assert (kotlin.language, kotlin.fence, kotlin.language_version, kotlin.project) == (
        "Kotlin", "kotlin", "17", "limiter",
    )  # fmt: skip
    assert kotlin.test_command.text == "./gradlew test"
    assert kotlin.test_file_command("src/test/kotlin/AppTest.kt").text == "./gradlew test --tests AppTest"
    assert kotlin.install_command.text == "./gradlew assemble"
    assert kotlin.run_command.text == "./gradlew run"
    assert (kotlin.lint_command.text, kotlin.format_command.text) == (
        "./gradlew spotlessCheck",
        "./gradlew spotlessApply",
    )
    assert kotlin.source_file("bucket") == "src/main/kotlin/Bucket.kt"
    assert kotlin.test_file("bucket") == "src/test/kotlin/BucketTest.kt"
    assert [(d.name, d.version, d.dev) for d in kotlin.dependencies] == [
        ("io.ktor:ktor-server-core", "2.3.11", False),
        ("org.junit.jupiter:junit-jupiter", "5.10.2", True),
    ]
    assert kotlin.frameworks == ("ktor", "junit")


def test_a_module_uses_the_wrapper_above_it(detect):
    stack = detect(
        {
            "build.gradle": "",
            "settings.gradle": "rootProject.name = 'all'\n",
            "gradlew": "",
            "api/build.gradle": "sourceCompatibility = '11'\n",
            "api/src/main/java/A.java": "",
        }
    )
    api = stack.for_path("api/src/main/java/A.java")
    assert api.test_command.line == "cd api && ../gradlew test"
    assert (api.language_version, api.source_file("b")) == ("11", "api/src/main/java/B.java")


def test_without_a_wrapper_maven_itself_is_called(detect):
    assert detect({"pom.xml": "<project/>"}).primary.test_command.text == "mvn test"


def test_without_a_wrapper_gradle_itself_is_called(detect):
    assert detect({"build.gradle": ""}).primary.test_command.text == "gradle test"


def test_a_broken_manifest_is_a_problem(detect):
    assert detect({"pom.xml": "<<<<<<< HEAD\n"}).problems == ("pom.xml: has no project element",)
