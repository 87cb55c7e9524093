import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Loaded before anything else (`--import`): from here on typebox is read from a few files instead of its 683 modules, which take half a
 * second of a processor to find and link, in each process. They are made once and lie beside the package; without them all goes on as ever.
 */
const installed = fileURLToPath(new URL('../../node_modules/typebox/', import.meta.url))

interface Manifest {
  readonly version: string
  /** Where each entry point is, e.g. `./compile`: `./build/compile/index.mjs`. */
  readonly exports: Readonly<Record<string, { readonly import: string }>>
}

interface Bundle {
  readonly folder: string
  /** Paths of the package's own entry points, and the name of the file that takes their place. */
  readonly files: ReadonlyMap<string, string>
}

async function ensureBundle(): Promise<Bundle> {
  const { version, exports }: Manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const folder = join(installed, `../.cache/typebox-${version}`)
  const entries = Object.entries(exports).map(([name, { import: path }]) => [join(installed, path), `${fileName(name)}.mjs`] as const)
  if (!existsSync(folder)) await make(folder, Object.fromEntries(entries.map(([path, file]) => [file.slice(0, -'.mjs'.length), path])))
  return { folder, files: new Map(entries) }
}

const fileName = (entryPoint: string): string => (entryPoint === '.' ? 'index' : entryPoint.slice('./'.length).replaceAll('/', '-'))

/** Whole or not at all: others may begin at the same time, and theirs is as good. */
async function make(folder: string, entryPoints: Readonly<Record<string, string>>): Promise<void> {
  const { build } = await import('esbuild')
  const partial = `${folder}.partial-${process.pid}`
  try {
    await mkdir(dirname(folder), { recursive: true })
    // With splitting, what entry points share stays one thing.
    const shared = { bundle: true, splitting: true, format: 'esm', target: 'node24', outExtension: { '.js': '.mjs' } } as const
    await build({ ...shared, entryPoints, outdir: partial, logLevel: 'silent' })
    await rename(partial, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

function redirect({ folder, files }: Bundle): void {
  const urls = new Map([...files].map(([path, file]) => [pathToFileURL(path).href, pathToFileURL(join(folder, file)).href]))
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      const url = urls.get(found.url)
      return url === undefined ? found : { ...found, url }
    },
  })
}

const bundle = await ensureBundle().catch(() => undefined)
if (bundle !== undefined) redirect(bundle)
