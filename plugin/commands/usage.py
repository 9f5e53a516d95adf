"""The usage text for a run without a command in which nothing says which build to report on."""

NO_BUILD = (
    "no variables of a known CI are set, and neither are the settings `server`, `repo` and `build`, "
    "so there is no build to report on"
)

TEXT = """\
Usage: run this program as the last step of a pipeline. For example, on Drone, Woodpecker or Harness:

  steps:
    - name: why
      image: drone-failure-alert/drone-failure-alert
      settings:
        token: {from_secret: ci_token}
        forge_token: {from_secret: forge_token}
      when:
        status: [success, failure]

Outside a pipeline, name the build in the environment:

  PLUGIN_SERVER=https://ci.example.com PLUGIN_REPO=octo/app PLUGIN_BUILD=42 PLUGIN_TOKEN=TOKEN python -m plugin

or use a command:

  python -m plugin build octo/app 42 --server https://ci.example.com   report on a build, token from DRONE_TOKEN
  python -m plugin analyze build.log                                   explain one log file
  python -m plugin check                                               check settings, tokens and access, write nothing
  python -m plugin settings                                            print all settings
  python -m plugin --help                                              list all commands
"""
