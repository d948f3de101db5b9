export function importTypeScript(program: string): Promise<unknown>
export function translationOf(program: string): Promise<string | null>
