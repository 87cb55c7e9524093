import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { targets } from '../../cdk8s/settings/targets.ts'
import { syncDirectory } from '../../cdk8s/sync-directory.ts'
import { dashboardFiles } from '../../charts/observability/dashboards.ts'
import { ruleFiles } from '../../charts/observability/rules.ts'
import { readSettings, SettingsError } from './read-settings.ts'
import { synth } from './synth.ts'

const usage = `Usage: npx breakwater synth [--settings <file>] [--out <folder>] [--json]
Writes the manifests of every target (${targets.map(({ target }) => target).join(', ')}), or of the settings in <file>, below dist/, or below <folder>, and removes what is stale there.
Without <file> it also writes the rules of Prometheus and the dashboards of Grafana, to observability/.`

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
    const folders = new Map(chosen.map((settings) => [settings.target, synth(settings)]))
    // The same for every target, and for a Prometheus and a Grafana that somebody has already.
    if (values.settings === undefined) folders.set('observability', new Map(Object.entries({ ...ruleFiles, ...dashboardFiles })))
    const written = [...folders].map(([target, files]) => ({
      target,
      files: files.size,
      changed: syncDirectory(`${out}/${target}`, files),
    }))
    if (values.json) console.log(JSON.stringify(written, undefined, 2))
    else for (const { target, files, changed } of written) console.log(`${target}: ${files} files, ${changed.length} changed`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  // As in scripts/cli/exit-codes.ts: 2 for what was used wrongly, 1 for what failed.
  process.exitCode = error instanceof SettingsError ? 2 : 1
}
