import { UsageError } from '../../cli/command-error.ts'
import { printJson } from '../../cli/options.ts'
import { runTool } from '../../cli/run-tool.ts'
import { inOneLine } from '../describe-failure.ts'
import { install } from './install.ts'
import { push } from './push.ts'
import { teardown } from './teardown.ts'

const progress = (line: string): void => console.error(line)

/** `eks push` */
export async function pushToRegistry(json: boolean): Promise<void> {
  await runTool(process.execPath, ['scripts/synth/main.ts'])
  const images = await inOneLine(push(process.env, progress))
  if (json) printJson({ images })
  else console.log(`${images.length} images pushed.`)
}

/** `eks install` */
export async function installIstio(json: boolean): Promise<void> {
  const isNew = await inOneLine(install(process.env))
  if (json) printJson({ installed: isNew })
  else console.log(isNew ? 'Istio is installed.' : 'Istio is installed already.')
}

/** `eks teardown` @throws UsageError unless it is meant */
export async function tearDown({ yes, json }: { readonly yes: boolean; readonly json: boolean }): Promise<void> {
  if (!yes) throw new UsageError('This removes the shop and Istio from the cluster: say so with --yes.')
  const result = await inOneLine(teardown(process.env, progress))
  if (json) printJson({ result })
  else console.log(result)
}
