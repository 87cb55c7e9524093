/** Istio's CRDs → `cdk8s/imports/*.ts`, the typed kinds that mesh policy is written with. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { syncDirectory } from '../sync-directory.ts'
import { generateTypes } from './generate-types.ts'
import { istioCrds } from './istio-crds.ts'

const usage = `Usage: npm run imports [-- --check]
Writes cdk8s/imports from the CRDs of the istioctl on PATH. With --check it writes nothing and fails when that would change a file.`

const imports = fileURLToPath(new URL('../imports', import.meta.url))

function check(generated: ReadonlyMap<string, string>): void {
  const stale = [...generated].filter(([name, text]) => readFileSync(`${imports}/${name}`, 'utf8') !== text).map(([name]) => name)
  if (stale.length > 0) throw new Error(`cdk8s/imports is not what istioctl's CRDs say: ${stale.join(', ')}. Run: npm run imports`)
  console.log('cdk8s/imports is current')
}

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) console.log(usage)
  else {
    const generated = generateTypes(istioCrds())
    if (values.check) check(generated)
    else console.log(`cdk8s/imports: ${generated.size} files, ${syncDirectory(imports, generated).length} changed`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
