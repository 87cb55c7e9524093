import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PageFiles } from './server/page-files.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const entryPoint = 'scripts/console/page/main.tsx'

/** A bundle and what it was made of. */
interface Kept extends PageFiles {
  /** Paths below the repository → hash of their content. */
  readonly inputs: Readonly<Record<string, string>>
}

const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex').slice(0, 12)

/** The page as it was bundled last, or bundled anew when one of its sources is another one since. Needs no network. */
export async function pageFiles(file: string = join(repository, '.local/console/page.json')): Promise<PageFiles> {
  const kept = await readFile(file, 'utf8')
    .then((text): Kept => JSON.parse(text))
    .catch(() => undefined)
  if (kept !== undefined && (await isCurrent(kept))) return kept
  const made = await bundle()
  await mkdir(dirname(file), { recursive: true })
  // In one step: another console may begin at the same time.
  await writeFile(`${file}.${process.pid}`, JSON.stringify(made))
  await rename(`${file}.${process.pid}`, file)
  return made
}

/** A new source is imported by one that is changed for it, so those that are known suffice. */
async function isCurrent({ inputs }: Kept): Promise<boolean> {
  const same = Object.entries(inputs).map(async ([path, hash]) => hashOf(await readFile(join(repository, path))) === hash)
  return (await Promise.all(same).catch(() => [false])).every(Boolean)
}

/** @throws Error with file and line when a source does not compile */
async function bundle(): Promise<Kept> {
  const { build, stop } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [entryPoint],
    outdir: 'page',
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox120', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // The tsconfig of the page says the same for those who check types.
    tsconfigRaw: {},
    legalComments: 'none',
    logLevel: 'silent',
  })
    .finally(stop)
    .catch((error: { errors?: readonly { text: string; location?: { file: string; line: number } | null }[] }) => {
      const [first] = error.errors ?? []
      throw new Error(`The page cannot be bundled: ${first?.location?.file}:${first?.location?.line}: ${first?.text ?? String(error)}`)
    })
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  const [script, style] = [text('.js'), text('.css')]
  const inputs = Object.keys(metafile.inputs).map(async (path) => [path, hashOf(await readFile(join(repository, path)))] as const)
  return { script, style, hash: hashOf(script + style), inputs: Object.fromEntries(await Promise.all(inputs)) }
}
