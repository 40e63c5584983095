"""A stand-in for the Python extension: it tells of the environment that a test has selected, and nothing more.

It also tells what the start of ours cost, as measured in the extension host that both run in.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

_MANIFEST = {
    "name": "python",
    "publisher": "ms-python",
    "displayName": "Python (stand-in)",
    "version": "2026.1.0",
    "engines": {"vscode": "^1.100.0"},
    "main": "./extension.js",
    "contributes": {"commands": [{"command": "standIn.cost", "title": "Stand-in: Tell the Cost"}]},
}
_CODE = """
const fs = require('node:fs');
const vscode = require('vscode');
const SELECTED = %s;
exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  const path = () => fs.existsSync(SELECTED) ? fs.readFileSync(SELECTED, 'utf8') : '';
  fs.watchFile(SELECTED, { interval: 200 }, () => changed.fire({}));
  context.subscriptions.push({ dispose: () => fs.unwatchFile(SELECTED) });
  context.subscriptions.push(vscode.commands.registerCommand('standIn.cost', async () => {
    const { cost } = await vscode.extensions.getExtension('plansmith.plansmith').activate();
    void vscode.window.showInformationMessage(`It cost ${Math.ceil(await cost())} ms`);
  }));
  return { environments: {
    getActiveEnvironmentPath: () => ({ id: path(), path: path() }),
    resolveEnvironment: async (each) => each.path ? { executable: { uri: vscode.Uri.file(each.path) } } : undefined,
    onDidChangeActiveEnvironmentPath: changed.event,
  } };
};
"""
_PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="python" Version="2026.1.0" Publisher="ms-python"/>
    <DisplayName>Python (stand-in)</DisplayName>
    <Properties><Property Id="Microsoft.VisualStudio.Code.Engine" Value="^1.100.0"/></Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets>
</PackageManifest>
"""
_TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".json" ContentType="application/json"/><Default Extension=".js" ContentType="text/javascript"/>
  <Default Extension=".vsixmanifest" ContentType="text/xml"/>
</Types>
"""


def make_stand_in(folder: Path, selected: Path) -> Path:
    """Package it; `selected` is the file that names the selected Python, if one is."""
    vsix = folder / "stand-in.vsix"
    with zipfile.ZipFile(vsix, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(_MANIFEST))
        archive.writestr("extension/extension.js", _CODE % json.dumps(str(selected)))
        archive.writestr("extension.vsixmanifest", _PACKAGE)
        archive.writestr("[Content_Types].xml", _TYPES)
    return vsix
