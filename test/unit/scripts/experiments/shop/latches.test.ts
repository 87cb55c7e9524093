import { expect, test } from 'vitest'
import { readLatches, release, releaseAll } from '../../../../../scripts/experiments/shop/latches.ts'
import type { AppAnswer, AppRequest } from '../../../../../scripts/experiments/shop/shop-target.ts'
import { fakeShop } from './fake-shop.ts'

const httpbin = { namespace: 'breakwater', workload: 'httpbin', name: 'httpbin-0' } as const

/** httpbin's control port, which answers what the test says. */
function asked(answer: (request: AppRequest) => AppAnswer) {
  const requests: string[] = []
  const target = fakeShop({
    app: async (replica, port, request) => {
      requests.push(`${replica.name} ${port} ${request.method} ${request.path}`)
      return answer(request)
    },
  })
  return { target, requests }
}

test('latches are read past the breaker under test, at the control port', async () => {
  const latches = { held: { a: 2 }, seen: 5 }
  const { target, requests } = asked(() => ({ status: 200, body: latches }))
  expect(await readLatches(target, httpbin)).toEqual(latches)
  expect(requests).toEqual(['httpbin-0 control GET /latches'])
})

test('every latch that holds a request is released', async () => {
  const { target, requests } = asked(({ method }) => ({ status: 200, body: method === 'GET' ? { held: { a: 2, b: 1 }, seen: 3 } : '' }))
  await releaseAll(target, httpbin)()
  expect(requests.slice(1)).toEqual(['httpbin-0 control POST /latches/a/release', 'httpbin-0 control POST /latches/b/release'])
})

test('who does not answer them is named', async () => {
  const { target } = asked(() => ({ status: 500, body: { code: 'INTERNAL' } }))
  await expect(readLatches(target, httpbin)).rejects.toThrow('httpbin-0 does not tell its latches: 500 {"code":"INTERNAL"}')
  await expect(release(target, httpbin, 'a')).rejects.toThrow('httpbin-0 does not release a: 500')
})
