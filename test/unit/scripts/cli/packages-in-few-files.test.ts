import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const preload = new URL('../../../../scripts/cli/packages-in-few-files.ts', import.meta.url).href
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

test('OpenTelemetry sends the same spans out of a few files', () => {
  const program = `
    import { registerHooks } from 'node:module'
    let modules = 0
    registerHooks({ load: (url, context, next) => { if (url.includes('opentelemetry') && !url.includes('/services/')) modules += 1; return next(url, context) } })
    const { createServer } = await import('node:http')
    const { exportingTracer } = await import('./services/shared/runtime/process/open-telemetry.ts')
    const server = createServer(async (request, response) => {
      const { resourceSpans } = JSON.parse(Buffer.concat(await request.toArray()).toString())
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      const [{ name, kind, status, attributes }] = resourceSpans[0].scopeSpans[0].spans
      console.log(JSON.stringify({ modules, resource: resourceSpans[0].resource, name, kind, status, attributes }))
      process.exit(0)
    }).listen(0, '127.0.0.1', () => {
      const endpoint = 'http://127.0.0.1:' + server.address().port
      const tracer = exportingTracer({ service: 'toy', pod: 'toy-0', endpoint, config: { OTEL_TRACES_SAMPLER: 'always_on' }, counted: () => {} })
      tracer.begin({ name: 'work', kind: 'consumer', parent: undefined, attributes: () => ({ x: 1 }) }).end()
      void tracer.end()
    })`
  const [plain, bundled] = [printed(program), printed(program, '--import', preload)] as [Sent, Sent]
  expect(plain.name).toBe('work')
  expect({ ...bundled, modules: 0 }).toEqual({ ...plain, modules: 0 })
  expect(bundled.modules).toBeLessThan(20)
  expect(plain.modules, 'otherwise there is nothing to gain').toBeGreaterThan(100)
})

interface Sent {
  readonly modules: number
  readonly name: string
}
