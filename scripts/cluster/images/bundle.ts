import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { type BuildFailure, build } from 'esbuild'
import { breakerExporter, docsPageFiles, topicsJob } from '../../../services/shared/contracts/deployment.ts'
import { workloadNames } from '../../../services/shared/contracts/topology.ts'
import { ClusterError } from '../cluster-error.ts'

/** What becomes an image, by the name of its container: where its process starts. */
const entryPoints: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...workloadNames, topicsJob].map((name) => [name, `services/${name}/main.ts`])),
  [breakerExporter.name]: 'scripts/breaker-watch/exporter/main.ts',
}

/** Only names the bundles: they stay in memory. */
const outFolder = 'bundles'

/** One process as a single file of JavaScript. */
export interface Bundle {
  /** Of the image and of its container. */
  readonly name: string
  readonly code: Uint8Array
  /** What else its image has beside the code, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

function filesOf(name: string): ReadonlyMap<string, Uint8Array> {
  if (name !== 'gateway') return new Map()
  const { resolve } = createRequire(import.meta.url)
  const { from, folder, types } = docsPageFiles
  return new Map(Object.keys(types).map((file) => [`${folder}/${file}`, readFileSync(resolve(`${from}/${file}`))]))
}

/** CommonJS packages inside an ES module still ask for `require`. Under a name of its own: a module may import the function itself. */
const banner = "import { createRequire as requireInBundle } from 'node:module'; const require = requireInBundle(import.meta.url);"

/**
 * All processes that run in a cluster, each with all it imports; in one go, so that what they share is read once.
 * PGlite stays out: it is the laptop's database, and a cluster reads PostgreSQL.
 * @throws ClusterError with file and line when a source does not compile
 */
export async function bundles(): Promise<Bundle[]> {
  const { outputFiles } = await build({
    entryPoints: { ...entryPoints },
    outdir: outFolder,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: banner },
    // By the module that imports it when asked: an import of the package itself would move to the top of the file.
    external: ['*/pglite-database.ts', 'pg-native'],
    legalComments: 'none',
    logLevel: 'silent',
  }).catch(({ errors: [first] }: BuildFailure) => {
    throw new ClusterError(`The services cannot be bundled: ${first?.location?.file}:${first?.location?.line}: ${first?.text}`)
  })
  return outputFiles.map(({ path, contents }) => {
    const name = basename(path, '.js')
    return { name, code: contents, files: filesOf(name) }
  })
}

/** Tag of an image that depends only on what is in it, so that unchanged code is neither built nor rolled out again. */
export const contentTag = (...parts: readonly (string | Uint8Array)[]): string =>
  parts
    .reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256'))
    .digest('hex')
    .slice(0, 12)
