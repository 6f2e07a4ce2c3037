Feature: Provider metadata

  Scenario: A provider identifies itself by name
    Given a stable provider
    Then the provider metadata name should not be empty
