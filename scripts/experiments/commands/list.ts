import { printJson } from '../../cli/options.ts'
import { experiments } from '../shop/experiments.ts'

/** `experiment list`: what there is, and what each claims. */
export async function listExperiments({ json }: { readonly json: boolean }): Promise<void> {
  if (json) printJson(experiments.map(({ name, claim }) => ({ name, claim })))
  else process.stdout.write(experiments.map(({ name, claim }) => `${name}\n  ${claim}\n`).join(''))
}
