import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { targets } from './settings.ts'
import { syncDirectory } from './sync-directory.ts'
import { synth } from './synth.ts'

const usage = `Usage: npx breakwater synth [--out <folder>] [--json]
Writes the manifests of every target (${targets.map(({ target }) => target).join(', ')}) below dist/, or below <folder>, and removes what is stale there.`

try {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) console.log(usage)
  else {
    const out = values.out ?? fileURLToPath(new URL('../dist', import.meta.url))
    const written = targets.map((settings) => {
      const files = synth(settings)
      return { target: settings.target, files: files.size, changed: syncDirectory(`${out}/${settings.target}`, files) }
    })
    if (values.json) console.log(JSON.stringify(written, undefined, 2))
    else for (const { target, files, changed } of written) console.log(`${target}: ${files} files, ${changed.length} changed`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
