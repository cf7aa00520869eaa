/** The classifier: the shapes of its layers, and a short training on few digits. */
import * as tf from "gradtape";
import { beforeEach, describe, expect, it } from "vitest";
import {
  CLASSES,
  loadDigits,
  PIXELS,
  splitDigits,
  takeDigits,
} from "../../examples/digits/data.js";
import { Classifier, Dense } from "../../examples/digits/layers.js";
import type { Progress } from "../../examples/digits/progress.js";
import { accuracy, crossEntropy, train, trainStep } from "../../examples/digits/training.js";

const { training, test } = splitDigits(loadDigits(), 200, 1);
const few = takeDigits(training, tf.range(300));

const quiet: Progress = { begin() {}, step() {}, end() {} };

beforeEach(() => {
  tf.random.setSeed(1);
});

describe("layers", () => {
  it("a dense layer is x · weights + bias", () => {
    const layer = new Dense(2, 3, "dense");
    layer.weights.assign([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    layer.bias.assign([10, 20, 30]);
    const y = layer.call(
      tf.constant([
        [1, 1],
        [1, -1],
      ]),
    );
    expect(y.toArray()).toEqual([
      [15, 27, 39],
      [7, 17, 27],
    ]);
  });

  it("weights start with variance 2 / inputs, biases with zeros", () => {
    const { weights, bias } = new Dense(PIXELS, 128, "dense");
    const variance = tf.reduceMean(tf.square(weights)).item();
    expect(variance / (2 / PIXELS)).toBeCloseTo(1, 1);
    expect(
      bias
        .read()
        .data()
        .every((value) => value === 0),
    ).toBe(true);
  });

  it("a classifier has a rectifier between its layers, not after the last", () => {
    const classifier = new Classifier([1, 1, 1]);
    for (const variable of classifier.variables) variable.assign(tf.ones(variable.shape));
    classifier.variables[0]?.assign([[-1]]);
    classifier.variables[2]?.assign([[-1]]);
    // 1 − max(0, 1 − x)
    expect(classifier.call(tf.constant([[-2], [0.5], [3]])).toArray()).toEqual([[-2], [0.5], [1]]);
  });

  it("a tape watches all variables of a classifier, in order", () => {
    const classifier = new Classifier([PIXELS, 4, CLASSES]);
    const tape = new tf.GradientTape();
    const loss = crossEntropy(classifier, takeDigits(few, [0, 1]));
    const names = tape.watchedVariables().map(({ name }) => name);
    expect(names).toEqual(["dense0/weights", "dense0/bias", "dense1/weights", "dense1/bias"]);
    const shapes = tape.gradient(loss, classifier.variables).map(({ shape }) => shape);
    expect(shapes).toEqual([[PIXELS, 4], [4], [4, CLASSES], [CLASSES]]);
  });
});

describe("training", () => {
  it("begins near the entropy of a guess", () => {
    const loss = crossEntropy(new Classifier([PIXELS, 16, CLASSES]), few).item();
    expect(loss).toBeGreaterThan(1.8);
    expect(loss).toBeLessThan(3.5);
  });

  it("a small step downhill lowers the loss as the gradient says", () => {
    const classifier = new Classifier([PIXELS, 16, CLASSES]);
    const learningRate = 1e-3;
    const tape = new tf.GradientTape();
    const loss = crossEntropy(classifier, few);
    const gradients = tape.gradient(loss, classifier.variables);
    const expected = gradients
      .flatMap((gradient) => Array.from(gradient.data()))
      .reduce((sum, slope) => sum + learningRate * slope * slope, 0);
    const before = trainStep(classifier, few, new tf.optimizers.SGD({ learningRate })).item();
    expect(before).toBeCloseTo(loss.item(), 6);
    const fall = before - crossEntropy(classifier, few).item();
    expect(fall / expected).toBeGreaterThan(0.9);
    expect(fall / expected).toBeLessThan(1.1);
  });

  it("learns a few digits, tells its progress, and is reproducible", () => {
    const run = () => {
      tf.random.setSeed(1);
      const classifier = new Classifier([PIXELS, 16, CLASSES]);
      const told: string[] = [];
      const progress: Progress = {
        begin: (epoch, steps) => void told.push(`${epoch}: ${steps}`),
        step: (loss) => void (Number.isFinite(loss) && told.push("step")),
        end: () => void told.push("end"),
      };
      const losses = train(classifier, few, {
        epochs: 8,
        batchSize: 128,
        optimizer: new tf.optimizers.Adam({ learningRate: 0.01 }),
        progress,
      });
      return { losses, told, right: accuracy(classifier, test) };
    };
    const { losses, told, right } = run();
    const epoch = ["step", "step", "step", "end"];
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8].flatMap((number) => [`${number}: 3`, ...epoch]));
    expect(losses).toHaveLength(8);
    expect(losses[7]).toBeLessThan((losses[0] ?? 0) / 2);
    expect(right).toBeGreaterThan(0.6);
    expect(run()).toEqual({ losses, told, right });
  });

  it("the learning rate falls in a straight line", () => {
    const optimizer = new tf.optimizers.Adam({ learningRate: 1 });
    const rates: number[] = [];
    const step = () => void rates.push(optimizer.learningRate);
    const classifier = new Classifier([PIXELS, CLASSES]);
    train(classifier, few, { epochs: 2, batchSize: 150, optimizer, progress: { ...quiet, step } });
    expect(rates).toEqual([1, 0.75, 0.5, 0.25]);
  });

  it("accuracy is the share of right answers", () => {
    const classifier = new Classifier([PIXELS, CLASSES]);
    for (const variable of classifier.variables) variable.assign(tf.zeros(variable.shape));
    classifier.variables[1]?.assign([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    const threes = test.labels.data().filter((label) => label === 3).length;
    expect(accuracy(classifier, test)).toBeCloseTo(threes / 200, 6);
  });

  it("learns nothing from no epochs", () => {
    const classifier = new Classifier([PIXELS, CLASSES]);
    const before = classifier.variables.map((variable) => variable.read().toArray());
    const optimizer = new tf.optimizers.Adam();
    expect(
      train(classifier, few, { epochs: 0, batchSize: 10, optimizer, progress: quiet }),
    ).toEqual([]);
    expect(classifier.variables.map((variable) => variable.read().toArray())).toEqual(before);
  });
});
