/** A network of dense layers, written with variables. */

import * as tf from "gradtape";

/** y = x · weights + bias. */
export class Dense {
  readonly weights: tf.Variable;
  readonly bias: tf.Variable;

  /** Weights are drawn as K. He et al., "Delving Deep into Rectifiers" (2015), recommend: with variance 2 / inputs. */
  constructor(inputs: number, outputs: number, name: string) {
    const stddev = Math.sqrt(2 / inputs);
    this.weights = new tf.Variable(tf.random.normal([inputs, outputs], { stddev }), {
      name: `${name}/weights`,
    });
    this.bias = new tf.Variable(tf.zeros([outputs]), { name: `${name}/bias` });
  }

  /** x is [batch, inputs], the result [batch, outputs]. */
  call(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.matmul(x, this.weights), this.bias);
  }

  get variables(): tf.Variable[] {
    return [this.weights, this.bias];
  }
}

/** Dense layers with a rectifier between each two of them. */
export class Classifier {
  readonly #layers: readonly Dense[];

  /** `sizes` are the widths from the input to the output, such as [784, 128, 10]. */
  constructor(sizes: readonly number[]) {
    this.#layers = sizes
      .slice(1)
      .map((size, index) => new Dense(sizes[index] ?? size, size, `dense${index}`));
  }

  /** The scores of all classes before the softmax: images are [batch, pixels], the result is [batch, classes]. */
  call(images: tf.Tensor): tf.Tensor {
    return this.#layers.reduce(
      (x, layer, index) => layer.call(index === 0 ? x : tf.nn.relu(x)),
      images,
    );
  }

  /** The class with the highest score for each image: int32 [batch]. */
  predict(images: tf.Tensor): tf.Tensor {
    return tf.argmax(this.call(images), { axis: 1 });
  }

  get variables(): tf.Variable[] {
    return this.#layers.flatMap((layer) => layer.variables);
  }
}
