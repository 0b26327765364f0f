import { type CommandWords, placesByOffer, type StaticOffer } from "./words.js";

/** A script for PowerShell. It reads the texts of what was typed, and where it offers nothing, PowerShell offers files. */
export function powershellCompletion(commands: readonly CommandWords[], title: string): string {
  const names = commands.flatMap(({ name }) => name || []);
  const values = placesByOffer(commands).map(
    ([offer, places]) => `    { $_ -cin ${places.map(quoted).join(", ")} } { ${assignment(offer)}; break }`,
  );
  const others = commands.map(
    ({ name, flags, argument }) =>
      `        ${quoted(name)} { $flags = ${list(flags.map(({ long }) => long))}; ${assignment(argument)} }`,
  );
  return `# ${title}
Register-ArgumentCompleter -Native -CommandName tfinvite -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
  $command = @($before | Select-Object -Skip 1 | Where-Object { $_ -cin ${names.map(quoted).join(", ")} }) + '' | Select-Object -First 1
  $previous = $before[-1]
  $typed = $wordToComplete.Trim("'", '"')
  $prefix = ''
  if ($typed -match '^(--[a-z-]+)=') {
    $previous = $Matches[1]
    $prefix = $Matches[0]
  }
  $kind = 'files'
  $offered = @()
  switch ("$command $previous") {
${values.join("\n")}
    default {
      $prefix = ''
      $flags = @()
      switch ($command) {
${others.join("\n")}
      }
      if ($typed.StartsWith('-')) {
        $kind = 'words'
        $offered = $flags
      }
    }
  }
  if ($kind -eq 'addresses') { $offered = @(tfinvite completion --addresses 2>$null) }
  if ($kind -eq 'list' -and $typed -match '^.*,') { $prefix = $Matches[0] }
  $offered | ForEach-Object { $prefix + $_ } | Where-Object { $_.StartsWith($typed, [StringComparison]::Ordinal) } | ForEach-Object {
    $text = if ($_ -cmatch '^[A-Za-z0-9_.:=/-]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
  }
}
`;
}

function assignment(offer: StaticOffer): string {
  return "words" in offer ? `$kind = '${offer.kind}'; $offered = ${list(offer.words)}` : `$kind = '${offer.kind}'`;
}

function list(words: readonly string[]): string {
  return `@(${words.map(quoted).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
