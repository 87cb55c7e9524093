import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

/** Compiles the same tree again and again: what has not changed since the last time is not read anew. */
export class Compiler {
  readonly #root: string
  readonly #options: ts.CompilerOptions
  readonly #files = new Map<string, ts.SourceFile>()
  #last: ts.Program | undefined

  /** @param root of a copy of the repository, with its tsconfig.json */
  constructor(root: string) {
    this.#root = root
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
    const { tsBuildInfoFile: _, ...rest } = options
    this.#options = { ...rest, incremental: false }
  }

  /**
   * Compiles what these files import.
   * @param entries paths from the root
   * @param checked which of all files are looked at, by their path from the root
   * @returns `path: message` of everything that does not fit
   */
  errors(entries: readonly string[], checked: (path: string) => boolean = () => true): string[] {
    const host = ts.createCompilerHost(this.#options)
    const read = host.getSourceFile
    host.getSourceFile = (name, ...rest) => {
      const known = this.#files.get(name)
      if (known && (name.includes('node_modules') || known.text === readIfThere(name))) return known
      const file = read.call(host, name, ...rest)
      if (file) this.#files.set(name, file)
      return file
    }
    const rootNames = entries.map((entry) => join(this.#root, entry))
    const program = ts.createProgram({ rootNames, options: this.#options, host, ...(this.#last && { oldProgram: this.#last }) })
    this.#last = program
    const ours = program
      .getSourceFiles()
      .filter(({ fileName }) => !fileName.includes('node_modules') && checked(relative(this.#root, fileName)))
    return ours.flatMap((file) =>
      [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${relative(this.#root, file.fileName)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
    )
  }
}

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
