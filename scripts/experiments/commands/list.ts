import { printJson } from '../../cli/options.ts'
import { experiments } from '../shop/experiments.ts'

/** `experiment list`: what there is, and the hypothesis of each. */
export async function listExperiments({ json }: { readonly json: boolean }): Promise<void> {
  if (json) printJson(experiments.map(({ name, hypothesis }) => ({ name, claim: hypothesis })))
  else process.stdout.write(experiments.map(({ name, hypothesis }) => `${name}\n  ${hypothesis}\n`).join(''))
}
