import { glob, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { tryTool } from '../../cli/run-tool.ts'
import { repository } from '../paths.ts'

/** What manifests are made from. */
const sources = [
  'charts/**/*.ts',
  'cdk8s/**/*.ts',
  'mesh/**/*.ts',
  'scripts/synth/**/*.ts',
  'services/shared/contracts/{topology,deployment,identity,scopes}.ts',
  'package.json',
]

/**
 * Synthesizes the manifests when they are missing or older than what they are made from.
 * The folder's own time says when that was last done, because synth leaves files alone that would not change.
 * @returns whether it had to
 * @throws Error with synth's own output
 */
export async function synthWhenStale(manifests: string): Promise<boolean> {
  const done = await stat(manifests).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  if (done > (await newest())) return false
  const began = new Date()
  const { code, stdout, stderr } = await tryTool(process.execPath, ['scripts/synth/main.ts'], { cwd: repository, timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`npx breakwater synth fails:\n${`${stdout}${stderr}`.trim()}`)
  await utimes(manifests, began, began)
  return true
}

async function newest(): Promise<number> {
  let latest = 0
  for await (const file of glob(sources, { cwd: repository })) {
    latest = Math.max(latest, (await stat(join(repository, file))).mtimeMs)
  }
  return latest
}
