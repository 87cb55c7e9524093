import { createHash } from 'node:crypto'
import { build } from 'esbuild'
import type { WorkloadName } from '../../services/shared/contracts/topology.ts'

/** One service as a single file of JavaScript. */
export interface Bundle {
  readonly workload: WorkloadName
  readonly code: Uint8Array
}

/** CommonJS packages inside an ES module still ask for `require`. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

/**
 * Bundles `services/<workload>/main.ts` with all it imports.
 * PGlite stays out: it is the laptop's database, and a cluster reads PostgreSQL.
 */
export async function bundle(workload: WorkloadName): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [`services/${workload}/main.ts`],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: banner },
    external: ['@electric-sql/pglite', 'pg-native'],
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [file] = outputFiles
  if (!file) throw new Error(`esbuild wrote nothing for ${workload}.`)
  return { workload, code: file.contents }
}

/** Tag of an image that depends only on what is in it, so that unchanged code is neither built nor rolled out again. */
export const contentTag = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex').slice(0, 12)
