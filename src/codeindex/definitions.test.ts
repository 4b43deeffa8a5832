import { expect, test } from 'vitest'
import { definedName, languageOf } from './definitions.ts'

const DEFINING: Record<string, [line: string, name: string][]> = {
  'a.ts': [
    ['export async function loadUser(id: string) {', 'loadUser'],
    ['export default class Basket extends Base {', 'Basket'],
    ['export const LIMIT = 3', 'LIMIT'],
    ['  async #send(message: Message): Promise<void> {', '#send'],
    ['  static of<T>(value: T): Box<T> {', 'of'],
    ['export type Result<T> =', 'Result'],
  ],
  'a.py': [
    ['    async def fetch_all(self):', 'fetch_all'],
    ['class Cart(Base):', 'Cart'],
    ['MAX_SIZE: int = 3', 'MAX_SIZE'],
  ],
  'a.go': [
    ['func (s *Server) Listen(addr string) error {', 'Listen'],
    ['type Server struct {', 'Server'],
  ],
  'a.rs': [
    ['    pub(crate) async fn read_all(&mut self) -> Result<()> {', 'read_all'],
    ['impl<T> Display for Wrapper<T> {', 'Wrapper'],
    ['macro_rules! square {', 'square'],
  ],
  'A.java': [
    ['  public static List<String> readLines(Path path) {', 'readLines'],
    ['public final class Ledger {', 'Ledger'],
  ],
  'a.kt': [
    ['    override suspend fun save(user: User) {', 'save'],
    ['data class Point(val x: Int)', 'Point'],
  ],
  'a.rb': [['  def self.build(options)', 'build']],
  'a.php': [['    public static function find(int $id): ?self', 'find']],
  'a.c': [
    ['static int parse_header(const char *line,', 'parse_header'],
    ['#define BUFFER_SIZE 64', 'BUFFER_SIZE'],
  ],
  'a.sh': [['install_tools() {', 'install_tools']],
  'a.sql': [['CREATE TABLE IF NOT EXISTS "users" (', 'users']],
  'a.css': [['.card-title {', '.card-title']],
  'a.md': [['## How to install', 'How to install']],
}

test('definitions are seen in each language', () => {
  for (const [path, lines] of Object.entries(DEFINING)) {
    for (const [line, name] of lines) expect(definedName(languageOf(path), line), line).toBe(name)
  }
})

test('statements and calls define nothing', () => {
  const lines = [
    '  if (ready) {',
    '  for (const a of b) {',
    '  return load(x)',
    '  const local = 1',
    'load(x)',
    '} else {',
    '',
  ]
  for (const line of lines) expect(definedName('script', line), line).toBeUndefined()
})

test('a path without a known extension is of another language', () => {
  for (const path of ['Makefile', 'a.b/constructor', 'x.toString', ''])
    expect(languageOf(path), path).toBe('other')
})
