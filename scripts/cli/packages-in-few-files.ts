import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Loaded before anything else (`--import`): from here on some packages are read from a few files instead of their hundreds of modules, which
 * each process would have to find and to link. They are made once and lie beside the packages; without them all goes on as ever.
 */
const nodeModules = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** Packages that are bundled together: what they share stays one thing. */
interface Together {
  readonly name: string
  readonly packages: readonly string[]
  /** What is imported of them; all entry points when left out. */
  readonly entryPoints?: readonly string[]
}

const together: readonly Together[] = [
  // 683 modules, half a second of a processor.
  { name: 'typebox', packages: ['typebox'] },
  // 241 modules, a tenth of a second and 15 MB.
  {
    name: 'opentelemetry',
    packages: ['api', 'core', 'resources', 'sdk-trace', 'exporter-trace-otlp-http'].map((name) => `@opentelemetry/${name}`),
    entryPoints: ['.'],
  },
]

/** A path, or one for each way of importing, e.g. `{ import: { default: './build/index.mjs' } }`. */
type Export = string | { readonly node?: Export; readonly import?: Export; readonly default?: Export }

interface Manifest {
  readonly version: string
  /** Where each entry point is, e.g. `./compile`. */
  readonly exports: Readonly<Record<string, Export>>
}

interface Bundle {
  readonly folder: string
  /** Paths of the packages' own entry points, and the name of the file that takes their place. */
  readonly files: ReadonlyMap<string, string>
}

async function ensureBundle({ name, packages, entryPoints: only }: Together): Promise<Bundle> {
  const manifests = packages.map((one) => ({ one, manifest: manifestOf(one) }))
  const versions = new Set(manifests.map(({ manifest }) => manifest.version))
  const folder = join(nodeModules, `.cache/few-files/${[name, ...versions].join('-')}`)
  const entries = manifests.flatMap(({ one, manifest }) =>
    (only ?? Object.keys(manifest.exports)).flatMap((entryPoint) => {
      const path = pathOf(manifest.exports[entryPoint])
      return path === undefined ? [] : [[join(nodeModules, one, path), `${fileName(one, entryPoint)}.mjs`] as const]
    }),
  )
  if (!existsSync(folder)) await make(folder, Object.fromEntries(entries.map(([path, file]) => [file.slice(0, -'.mjs'.length), path])))
  return { folder, files: new Map(entries) }
}

const manifestOf = (name: string): Manifest => JSON.parse(readFileSync(join(nodeModules, name, 'package.json'), 'utf8'))

const pathOf = (exported: Export | undefined): string | undefined =>
  typeof exported === 'object' ? pathOf(exported.node ?? exported.import ?? exported.default) : exported

const fileName = (name: string, entryPoint: string): string =>
  (entryPoint === '.' ? name : `${name}/${entryPoint.slice('./'.length)}`).replaceAll('/', '-')

/** Whole or not at all: others may begin at the same time, and theirs is as good. */
async function make(folder: string, entryPoints: Readonly<Record<string, string>>): Promise<void> {
  const { build } = await import('esbuild')
  const partial = `${folder}.partial-${process.pid}`
  try {
    await mkdir(dirname(folder), { recursive: true })
    // With splitting, what entry points share stays one thing.
    const shared = {
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      outExtension: { '.js': '.mjs' },
    } as const
    await build({ ...shared, entryPoints, outdir: partial, logLevel: 'silent' })
    await rename(partial, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

function redirect(bundles: readonly Bundle[]): void {
  const urls = new Map(
    bundles.flatMap(({ folder, files }) =>
      [...files].map(([path, file]) => [pathToFileURL(path).href, pathToFileURL(join(folder, file)).href] as const),
    ),
  )
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const url = urls.get(found.url)
      return url === undefined ? found : { ...found, url }
    },
  })
}

const bundles = await Promise.all(together.map((one) => ensureBundle(one).catch(() => undefined)))
redirect(bundles.filter((bundle) => bundle !== undefined))
