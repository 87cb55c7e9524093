import type { Admin } from '../../../../scripts/envoy-admin/admin.ts'

/** A proxy that answers each question with the same, and what it was asked. */
export function answering(answer: object): { readonly admin: Admin; readonly asked: readonly string[] } {
  const asked: string[] = []
  return {
    admin: async (method, path) => {
      asked.push(`${method} ${decodeURIComponent(path)}`)
      return JSON.stringify(answer)
    },
    asked,
  }
}
