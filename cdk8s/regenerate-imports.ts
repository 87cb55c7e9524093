/**
 * Istio's CRDs → `cdk8s/imports/*.ts`, the typed kinds that charts and mesh policy are written with.
 * `node cdk8s/regenerate-imports.ts` writes them; with `--check` it compares and fails when the committed files are not what Istio says.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseAllDocuments, stringify } from 'yaml'
import { eraseEnums } from './erase-enums.ts'

/** Not a dependency: with its own dependencies it is larger than all of ours together. */
const generator = 'cdk8s-cli@2.207.60'

/** The kinds we write; Istio has more. */
const kinds = [
  'AuthorizationPolicy',
  'DestinationRule',
  'EnvoyFilter',
  'Gateway',
  'PeerAuthentication',
  'ServiceEntry',
  'Sidecar',
  'Telemetry',
  'VirtualService',
]

interface CustomResourceDefinition {
  readonly kind: string
  readonly spec: { readonly names: { readonly kind: string }; versions: { readonly name: string; readonly storage: boolean }[] }
}

/** One version a kind: `v1` where Istio serves it (cdk8s would else generate each version anew). */
function onlyNewest(crd: CustomResourceDefinition): CustomResourceDefinition {
  const newest = crd.spec.versions.find((version) => version.name === 'v1') ?? crd.spec.versions.find((version) => version.storage)
  return newest ? { ...crd, spec: { ...crd.spec, versions: [newest] } } : crd
}

function istioCrds(): string {
  const base = execFileSync('istioctl', ['manifest', 'generate', '--set', 'profile=empty', '--set', 'components.base.enabled=true'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: 'pipe',
  })
  return parseAllDocuments(base)
    .map((document) => document.toJS() as CustomResourceDefinition | null)
    .filter((object) => object?.kind === 'CustomResourceDefinition' && kinds.includes(object.spec.names.kind))
    .map((crd) => stringify(crd && onlyNewest(crd)))
    .join('---\n')
}

function generate(): Map<string, string> {
  const work = mkdtempSync(join(tmpdir(), 'cdk8s-imports-'))
  try {
    writeFileSync(join(work, 'crds.yaml'), istioCrds())
    // Quiet: it prints an advertisement and a harmless failure of its own update check. Its errors still reach ours.
    execFileSync('npx', ['--yes', generator, 'import', 'crds.yaml', '--language', 'typescript', '--output', 'imports'], {
      cwd: work,
      stdio: 'pipe',
    })
    return new Map(readdirSync(join(work, 'imports')).map((name) => [name, eraseEnums(readFileSync(join(work, 'imports', name), 'utf8'))]))
  } finally {
    rmSync(work, { recursive: true })
  }
}

const imports = new URL('imports/', import.meta.url)
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const generated = generate()
if (values.check) {
  const stale = [...generated].filter(([name, text]) => readFileSync(new URL(name, imports), 'utf8') !== text).map(([name]) => name)
  if (stale.length > 0) {
    console.error(`cdk8s/imports is not what istioctl's CRDs say: ${stale.join(', ')}. Run: npm run imports`)
    process.exitCode = 1
  }
} else {
  for (const [name, text] of generated) writeFileSync(new URL(name, imports), text)
}
