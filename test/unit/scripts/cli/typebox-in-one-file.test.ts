import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const preload = new URL('../../../../scripts/cli/typebox-in-one-file.ts', import.meta.url).href
const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** What a process prints as JSON that runs this program in the root of the repository. */
function printed(program: string, ...options: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [...options, '--input-type=module', '--eval', program], { cwd: repository })
  if (stdout.length === 0) throw new Error(String(stderr))
  return JSON.parse(String(stdout))
}

const { exports } = JSON.parse(readFileSync(`${repository}/node_modules/typebox/package.json`, 'utf8'))
const entryPoints = Object.keys(exports).map((name) => name.replace('.', 'typebox'))

test('every entry point of typebox has what it had, and they are one thing', () => {
  const program = `
    const found = {}
    for (const name of ${JSON.stringify(entryPoints)}) found[name] = Object.keys(await import(name)).sort()
    const { Type } = await import('typebox')
    const { Compile } = await import('typebox/compile')
    const { Value } = await import('typebox/value')
    const { TypeBoxValidatorCompiler } = await import('@fastify/type-provider-typebox')
    const schema = Type.Object({ name: Type.String({ minLength: 2 }) })
    const judges = [(value) => Compile(schema).Check(value), (value) => Value.Check(schema, value), (value) => !TypeBoxValidatorCompiler({ schema })(value).error]
    const judged = [{ name: 'ab' }, { name: 'a' }].map((value) => judges.map((judge) => judge(value)))
    console.log(JSON.stringify({ found, judged }))`
  const [plain, bundled] = [printed(program), printed(program, '--import', preload)]
  expect(bundled).toEqual(plain)
  expect(bundled).toMatchObject({
    judged: [
      [true, true, true],
      [false, false, false],
    ],
  })
})

test('a process that loads it first reads a few files, one that does not hundreds', () => {
  const program = `
    import { registerHooks } from 'node:module'
    let modules = 0
    registerHooks({ load: (url, context, next) => { if (url.includes('typebox')) modules += 1; return next(url, context) } })
    await import('typebox/compile')
    console.log(modules)`
  expect(printed(program, '--import', preload)).toBeLessThan(20)
  expect(printed(program), 'otherwise there is nothing to gain').toBeGreaterThan(200)
})
