import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { targets } from '../../cdk8s/settings/targets.ts'
import { syncDirectory } from '../../cdk8s/sync-directory.ts'
import { readSettings, SettingsError } from './read-settings.ts'
import { synth } from './synth.ts'

const usage = `Usage: npx breakwater synth [--settings <file>] [--out <folder>] [--json]
Writes the manifests of every target (${targets.map(({ target }) => target).join(', ')}), or of the settings in <file>, below dist/, or below <folder>, and removes what is stale there.`

try {
  const { values } = parseArgs({
    options: {
      settings: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) console.log(usage)
  else {
    const out = values.out ?? fileURLToPath(new URL('../../dist', import.meta.url))
    const chosen = values.settings === undefined ? targets : [await readSettings(values.settings)]
    const written = chosen.map((settings) => {
      const files = synth(settings)
      return { target: settings.target, files: files.size, changed: syncDirectory(`${out}/${settings.target}`, files) }
    })
    if (values.json) console.log(JSON.stringify(written, undefined, 2))
    else for (const { target, files, changed } of written) console.log(`${target}: ${files} files, ${changed.length} changed`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  // As in scripts/cli/exit-codes.ts: 2 for what was used wrongly, 1 for what failed.
  process.exitCode = error instanceof SettingsError ? 2 : 1
}
