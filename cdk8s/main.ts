import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fillFolder } from './fill-folder.ts'
import { targets } from './settings.ts'
import { synth } from './synth.ts'

const usage = `Usage: npm run synth [-- --out <folder>]
Writes the manifests of every target (${targets.map(({ target }) => target).join(', ')}) below dist/, or below <folder>, and removes what is stale there.`

try {
  const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) console.log(usage)
  else {
    const out = values.out ?? fileURLToPath(new URL('../dist', import.meta.url))
    for (const settings of targets) {
      const files = synth(settings)
      const changed = fillFolder(`${out}/${settings.target}`, files)
      console.log(`${settings.target}: ${files.size} files, ${changed.length} changed`)
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
