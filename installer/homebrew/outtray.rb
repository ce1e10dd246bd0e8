# The cask; the release workflow fills in @VERSION@, @URL@ and the checksum.
cask "outtray" do
  version "@VERSION@"
  sha256 "@DMG_SHA256@"

  url "@URL@/OutTray-#{version}.dmg"
  name "OutTray"
  desc "Carries finished JSON files of a folder to S3"
  homepage "@HOMEPAGE@"

  depends_on macos: ">= :big_sur"

  app "OutTray.app"
  binary "#{appdir}/OutTray.app/Contents/MacOS/outtray"

  uninstall quit:      "io.github.outtray.OutTray",
            launchctl: "io.github.outtray.OutTray"

  # Settings, history and logs go only with `brew uninstall --zap`.
  zap trash: [
    "~/Library/Application Support/OutTray",
    "~/Library/Logs/OutTray",
    "~/Library/LaunchAgents/io.github.outtray.OutTray.plist",
  ]
end
