; OutTray for one user of Windows, without administrator rights.
;
;   makensis -DVERSION=0.1.0 -DPROGRAMS=<folder of the two programs> -DOUTPUT=<setup.exe> outtray.nsi
;
; Silent:  OutTray-0.1.0-setup.exe /S /API_URL=https://… /DEVICE_ID=… /WATCH_DIR=… /AUTOSTART=1
;   /AUTOSTART=1|0   start at login, or not; without it, as it was        /NOLAUNCH   do not start OutTray at the end
;   /D=C:\folder     where to (last, without quotes)
; The uninstaller keeps settings, history and logs; /PURGE takes them along.
; Exit codes: 0 done, 2 a parameter is wrong (nothing was changed), 3 installed for all users already, 5 files in use.

Unicode true
Target amd64-unicode
!ifdef QUICK ; for a trial of programs that nobody is given
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"

!define NAME "OutTray"
!define AUMID "OutTray.Desktop"
!define ICONS "${__FILEDIR__}\..\..\icons\generated"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define OWN "Software\${NAME}"

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${OWN}" "InstallDir"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey LegalCopyright "Copyright 2026 The OutTray authors"

!define MUI_ICON "${ICONS}\outtray.ico"
!define MUI_UNICON "${ICONS}\outtray.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\outtray-desktop.exe"
!define MUI_FINISHPAGE_RUN_TEXT "$(StartIt)"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString StartIt ${LANG_ENGLISH} "Start OutTray and set it up"
LangString StartIt ${LANG_GERMAN} "OutTray starten und einrichten"
LangString InUse ${LANG_ENGLISH} "OutTray is still running and could not be closed. Quit it from its icon, then try again."
LangString InUse ${LANG_GERMAN} "OutTray läuft noch und ließ sich nicht schließen. Beenden Sie es über sein Symbol und versuchen Sie es noch einmal."
LangString ForAll ${LANG_ENGLISH} "OutTray is already installed on this computer for everybody. Two copies would get in each other's way."
LangString ForAll ${LANG_GERMAN} "OutTray ist auf diesem Computer schon für alle installiert. Zwei Kopien kämen sich in die Quere."
LangString BadParameter ${LANG_ENGLISH} "A parameter cannot be used; nothing was installed."
LangString BadParameter ${LANG_GERMAN} "Ein Parameter ist unbrauchbar; nichts wurde installiert."

Var ApiUrl
Var DeviceId
Var WatchDir
Var Autostart
Var Launch
Var Words
Var WordCount

; The value of a word NAME=value of the command line, read by the system's own rules: GetOptions would end an unquoted
; value at the next slash, and addresses are full of them.
!macro Read NAME OUT
  Push "${NAME}"
  Call Read
  Pop ${OUT}
!macroend
Function Read
  Exch $0
  Push $1
  Push $2
  Push $3
  Push $4
  StrLen $1 $0
  StrCpy $4 ""
  StrCpy $2 0
  ${DoWhile} $2 < $WordCount
    IntOp $3 $2 * ${NSIS_PTR_SIZE}
    IntPtrOp $3 $Words + $3
    System::Call '*$3(w.r3)'
    Push $3
    StrCpy $3 $3 $1
    ${If} $3 == $0
      Pop $3
      StrCpy $4 $3 "" $1
    ${Else}
      Pop $3
    ${EndIf}
    IntOp $2 $2 + 1
  ${Loop}
  StrCpy $0 $4
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

; Asks the running copy to end, which lets an upload in flight finish; forces it only when it does not answer.
!macro CloseRunning un
Function ${un}CloseRunning
  ${If} ${FileExists} "$INSTDIR\outtray-desktop.exe"
    nsExec::Exec '"$INSTDIR\outtray-desktop.exe" --quit'
    Pop $0
    ${If} $0 != 0
      nsExec::Exec 'taskkill /F /IM outtray-desktop.exe'
      Pop $0
    ${EndIf}
    ; It has said farewell, but Windows keeps its file closed until the process is gone: at most 15 s.
    ${For} $1 1 75
      ClearErrors
      FileOpen $0 "$INSTDIR\outtray-desktop.exe" a
      ${IfNot} ${Errors}
        FileClose $0
        ${Break}
      ${EndIf}
      Sleep 200
    ${Next}
  ${EndIf}
  ; `outtray update`, which may have started this, ends at the same moment: at most 5 s.
  ${If} ${FileExists} "$INSTDIR\outtray.exe"
    ${For} $1 1 25
      ClearErrors
      FileOpen $0 "$INSTDIR\outtray.exe" a
      ${IfNot} ${Errors}
        FileClose $0
        ${Break}
      ${EndIf}
      Sleep 200
    ${Next}
  ${EndIf}
FunctionEnd
!macroend
!insertmacro CloseRunning ""
!insertmacro CloseRunning "un."

; Names the shortcut as notices name their sender, so that Windows shows them as OutTray's.
!macro NameShortcut LINK
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("${LINK}",${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call 'Oleaut32::SysAllocString(w "${AUMID}")p.r3'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_BSTR},,p $3)p.r5'
        ${IPropertyStore::SetValue} $2 '($4,$5)'
        ${IPropertyStore::Commit} $2 ""
        System::Call 'Oleaut32::SysFreeString(p $3)'
        System::Free $4
        System::Free $5
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("${LINK}",1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
!macroend

Function .onInit
  SetRegView 64
  ReadRegStr $0 HKLM "${OWN}" "InstallDir"
  ${If} $0 != ""
    MessageBox MB_OK|MB_ICONSTOP "$(ForAll)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  System::Call 'kernel32::GetCommandLineW()p.r0'
  System::Call 'shell32::CommandLineToArgvW(pr0, *i.r1)p.r2'
  StrCpy $Words $2
  StrCpy $WordCount $1
  !insertmacro Read "/API_URL=" $ApiUrl
  !insertmacro Read "/DEVICE_ID=" $DeviceId
  !insertmacro Read "/WATCH_DIR=" $WatchDir
  !insertmacro Read "/AUTOSTART=" $Autostart
  System::Call 'kernel32::LocalFree(p$Words)'
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/NOLAUNCH" $1
  ${If} ${Errors}
    StrCpy $Launch "1"
  ${Else}
    StrCpy $Launch "0"
  ${EndIf}
FunctionEnd

; Settings are written by the program itself, with all its checks, before anything else is changed.
Function Preset
  StrCpy $0 ""
  ${If} $ApiUrl != ""
    StrCpy $0 '$0 --api-url "$ApiUrl"'
  ${EndIf}
  ${If} $DeviceId != ""
    StrCpy $0 '$0 --device-id "$DeviceId"'
  ${EndIf}
  ${If} $WatchDir != ""
    ; A backslash at the end would make the closing quote a letter of the path.
    StrCpy $1 $WatchDir 1 -1
    ${If} $1 == "\"
      StrCpy $WatchDir $WatchDir -1
    ${EndIf}
    StrCpy $0 '$0 --watch-dir "$WatchDir"'
  ${EndIf}
  ${If} $0 != ""
    InitPluginsDir
    SetOutPath "$PLUGINSDIR"
    File "${PROGRAMS}\outtray.exe"
    nsExec::ExecToLog '"$PLUGINSDIR\outtray.exe" setup --preset$0'
    Pop $1
    SetOutPath "$TEMP"
    ${If} $1 != 0
      MessageBox MB_OK|MB_ICONSTOP "$(BadParameter)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Section "OutTray"
  SetShellVarContext current
  SetRegView 64
  Call Preset
  Call CloseRunning
  SetOutPath "$INSTDIR"
  ClearErrors
  SetOverwrite try
  File "${PROGRAMS}\outtray.exe"
  File "${PROGRAMS}\outtray-desktop.exe"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "$(InUse)" /SD IDOK
    SetErrorLevel 5
    Quit
  ${EndIf}
  File "${ICONS}\outtray.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${OWN}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${OWN}" "Version" "${VERSION}"
  WriteRegStr HKCU "${OWN}" "InstalledBy" "setup"

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\outtray-desktop.exe" "" "$INSTDIR\outtray.ico"
  !insertmacro NameShortcut "$SMPROGRAMS\${NAME}.lnk"
  WriteRegExpandStr HKCU "Software\Classes\AppUserModelId\${AUMID}" "DisplayName" "${NAME}"
  WriteRegExpandStr HKCU "Software\Classes\AppUserModelId\${AUMID}" "IconUri" "$INSTDIR\outtray.ico"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The OutTray authors"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\outtray.ico"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0

  ${If} $Autostart == "1"
    nsExec::ExecToLog '"$INSTDIR\outtray.exe" autostart on'
    Pop $0
  ${ElseIf} $Autostart == "0"
    nsExec::ExecToLog '"$INSTDIR\outtray.exe" autostart off'
    Pop $0
  ${EndIf}
  ${If} ${Silent}
  ${AndIf} $Launch == "1"
    Exec '"$INSTDIR\outtray-desktop.exe" --background'
  ${EndIf}
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  SetRegView 64
  Call un.CloseRunning
  nsExec::ExecToLog '"$INSTDIR\outtray.exe" autostart off'
  Pop $0
  Delete "$INSTDIR\outtray.exe"
  Delete "$INSTDIR\outtray-desktop.exe"
  Delete "$INSTDIR\outtray.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "Software\Classes\AppUserModelId\${AUMID}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "${OWN}"
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    RMDir /r "$APPDATA\${NAME}"
    RMDir /r "$LOCALAPPDATA\${NAME}"
  ${EndIf}
SectionEnd
