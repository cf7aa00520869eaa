/** Programs in C++ and in NumPy as references: built and run where a compiler, or a Python with NumPy, is there. */

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What a program prints: its time, and one number of its answer. */
export interface NativeResult {
  readonly milliseconds: number;
  readonly answer: number;
}

/** `noise` and a clock like those of the other programs. */
const PRELUDE = `
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>
std::vector<float> noise(int length, double scale, double seed) {
  std::vector<float> values(length);
  for (int index = 0; index < length; index++) {
    double scattered = std::sin(12.9898 * (index + 1) + seed) * 43758.5453;
    values[index] = scale * (2 * (scattered - std::floor(scattered)) - 1);
  }
  return values;
}
double now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
template <class Body> void report(Body body, const float &answer) {
  std::vector<double> samples;
  double start = now();
  int runs = 0;
  for (; now() - start < 300; runs++) body();
  int group = 1 + 20 * runs / 300;
  while (now() - start < 1800 || samples.size() < 3) {
    double before = now();
    for (int run = 0; run < group; run++) {
      body();
      asm volatile("" ::: "memory");
    }
    samples.push_back((now() - before) / group);
  }
  std::sort(samples.begin(), samples.end());
  std::printf("{\\"milliseconds\\": %.9g, \\"answer\\": %.9g}\\n", samples[samples.size() / 2], answer);
}
`;

const NUMPY_CLOCK = `
import json, time
def report(body):
    samples, start = [], time.perf_counter()
    while time.perf_counter() - start < 2:
        before = time.perf_counter()
        result = body()
        samples.append(time.perf_counter() - before)
    print(json.dumps({"milliseconds": 1000 * sorted(samples)[len(samples) // 2], "answer": float(result)}))
`;

/** Whether `g++` is on the path. */
export const hasCompiler = (process.env["PATH"] ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "g++")));

/** The Python with NumPy that BENCH_NUMPY names. */
export const numpyPython = process.env["BENCH_NUMPY"];

/** Builds and runs the body of a `main` that calls `report(body, answer)`. */
export async function runCpp(main: string): Promise<NativeResult> {
  const folder = mkdtempSync(join(tmpdir(), "gradtape-native-"));
  try {
    const source = join(folder, "main.cpp");
    const program = join(folder, "main");
    writeFileSync(source, `${PRELUDE}int main() {${main}}\n`);
    await execute("g++", ["-O3", "-march=native", "-std=c++17", "-o", program, source]);
    const { stdout } = await execute(program);
    return JSON.parse(stdout) as NativeResult;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a script that calls `report(body)`, whose last result is the answer. */
export async function runNumpy(python: string, script: string): Promise<NativeResult> {
  const { stdout } = await execute(python, ["-c", `${NUMPY_CLOCK}${script}`]);
  return JSON.parse(stdout) as NativeResult;
}
