import type { ToolchainId } from '../toolchains/toolchain.ts'

/** A project for tests: what the fetch adds to it, and which of its checks are run. */
export type TrialProject = {
  id: ToolchainId
  texts: Readonly<Record<string, string>>
  made: readonly string[]
  checks: readonly string[]
}

const TSCONFIG = {
  strict: true,
  target: 'ES2022',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test.example</groupId><artifactId>app</artifactId><version>1.0</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope></dependency>
  </dependencies>
  <build><finalName>app</finalName><plugins>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin>
    <plugin><artifactId>maven-jar-plugin</artifactId><version>3.4.1</version></plugin>
  </plugins></build>
</project>
`

/** One for each language, with one real dependency. */
export const PROJECTS: Readonly<Record<string, TrialProject>> = {
  JavaScript: {
    id: 'node',
    texts: {
      'package.json': JSON.stringify({ name: 'app', type: 'module', dependencies: { 'is-number': '7.0.0' } }),
      'ok.js': "import isNumber from 'is-number'\nexport const ok = isNumber(1)\n",
      'tests/ok.test.js':
        "import test from 'node:test'\nimport assert from 'node:assert'\nimport { ok } from '../ok.js'\ntest('one', () => assert.equal(ok, true))\n",
    },
    made: ['package-lock.json'],
    checks: ['syntax', 'test'],
  },
  TypeScript: {
    id: 'typescript',
    texts: {
      'package.json': JSON.stringify({
        name: 'app',
        type: 'module',
        dependencies: { hono: '4.6.0' },
        devDependencies: { typescript: '5.6.3', tsx: '4.19.2', '@types/node': '20.17.6' },
      }),
      'tsconfig.json': JSON.stringify({ compilerOptions: TSCONFIG }),
      'src/app.ts':
        "import { Hono } from 'hono'\nexport const app = new Hono().get('/', c => c.text('hello'))\n",
      'tests/app.test.ts':
        "import test from 'node:test'\nimport assert from 'node:assert'\nimport { app } from '../src/app.ts'\ntest('it greets', async () => assert.equal(await (await app.request('/')).text(), 'hello'))\n",
    },
    made: ['package-lock.json'],
    checks: ['types', 'test'],
  },
  Python: {
    id: 'python',
    texts: {
      'requirements.txt': 'flask==3.0.3\n',
      'app.py':
        "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return 'hello'\n",
      'tests/test_app.py':
        "import unittest\nfrom app import app\n\n\nclass Greeting(unittest.TestCase):\n    def test_hello(self):\n        self.assertEqual(app.test_client().get('/').text, 'hello')\n",
    },
    made: [],
    checks: ['build', 'test'],
  },
  'Python with pytest': {
    id: 'python',
    texts: {
      'pyproject.toml':
        '[project]\nname = "app"\nversion = "1"\ndependencies = ["six==1.16.0"]\n[dependency-groups]\ntest = ["pytest==8.3.3", "ruff==0.7.4"]\n',
      'app.py': 'import six\n\nTEXT = six.text_type("hello")\n',
      'tests/test_app.py': 'import app\n\n\ndef test_hello():\n    assert app.TEXT == "hello"\n',
      'conftest.py': '',
    },
    made: [],
    checks: ['build', 'lint', 'test'],
  },
  Go: {
    id: 'go',
    texts: {
      'go.mod': 'module example.test/app\n\ngo 1.21\n\nrequire github.com/google/uuid v1.6.0\n',
      'main.go':
        'package main\n\nimport (\n\t"os"\n\n\t"github.com/google/uuid"\n)\n\nfunc nothing() string { return uuid.Nil.String() }\n\nfunc main() { os.Stdout.WriteString(nothing()) }\n',
      'main_test.go':
        'package main\n\nimport "testing"\n\nfunc TestNothing(t *testing.T) {\n\tif len(nothing()) != 36 {\n\t\tt.Fatal("no")\n\t}\n}\n',
    },
    made: ['go.sum'],
    checks: ['format', 'lint', 'build', 'test'],
  },
  Rust: {
    id: 'rust',
    texts: {
      'Cargo.toml':
        '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nitoa = "1"\n',
      'src/main.rs':
        'fn shown(number: u8) -> String {\n    itoa::Buffer::new().format(number).to_string()\n}\n\nfn main() {\n    println!("{}", shown(1));\n}\n\n#[test]\nfn one() {\n    assert_eq!(shown(1), "1");\n}\n',
    },
    made: ['Cargo.lock'],
    checks: ['format', 'lint', 'build', 'test'],
  },
  Java: {
    id: 'java',
    texts: {
      'pom.xml': POM,
      'src/main/java/app/One.java':
        'package app;\n\npublic class One {\n  public static int one() {\n    return 1;\n  }\n}\n',
      'src/test/java/app/OneTest.java':
        'package app;\n\nimport static org.junit.jupiter.api.Assertions.assertEquals;\n\nimport org.junit.jupiter.api.Test;\n\nclass OneTest {\n  @Test\n  void isOne() {\n    assertEquals(1, One.one());\n  }\n}\n',
    },
    made: [],
    checks: ['build', 'test'],
  },
}
