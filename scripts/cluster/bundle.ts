import { createHash } from 'node:crypto'
import { type BuildFailure, build } from 'esbuild'
import { workloadNames } from '../../services/shared/contracts/topology.ts'
import { ClusterError } from './cluster-error.ts'

/** What becomes an image, by the name of its container: where its process starts. */
const entryPoints: Readonly<Record<string, string>> = {
  ...Object.fromEntries(workloadNames.map((name) => [name, `services/${name}/main.ts`])),
  'kafka-topics': 'scripts/cluster/topics/main.ts',
}

/** One process as a single file of JavaScript. */
export interface Bundle {
  /** Of the image and of its container. */
  readonly name: string
  readonly code: Uint8Array
}

/** CommonJS packages inside an ES module still ask for `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

/** All processes that run in a cluster. */
export const bundles = (): Promise<Bundle[]> => Promise.all(Object.entries(entryPoints).map(([name, entry]) => bundle(name, entry)))

/** Bundles a process with all it imports. PGlite stays out: it is the laptop's database, and a cluster reads PostgreSQL. */
async function bundle(name: string, entryPoint: string): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
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
    throw new ClusterError(`${name} cannot be bundled: ${first?.location?.file}:${first?.location?.line}: ${first?.text}`)
  })
  const [file] = outputFiles
  if (!file) throw new Error(`esbuild wrote nothing for ${name}.`)
  return { name, code: file.contents }
}

/** Tag of an image that depends only on what is in it, so that unchanged code is neither built nor rolled out again. */
export const contentTag = (...parts: readonly (string | Uint8Array)[]): string =>
  parts
    .reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256'))
    .digest('hex')
    .slice(0, 12)
