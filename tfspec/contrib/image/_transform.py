"""tf.contrib.image: projective transforms, over the op that TensorFlow still has."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def transform(
    images: Any,
    transforms: Any,
    interpolation: str = "NEAREST",
    output_shape: Any = None,
    name: str | None = None,
) -> tf.Tensor:
    """Applies projective transforms to images; what comes from outside is 0.

    Args:
        images: of shape `[batch, height, width, channels]`, `[height, width, channels]` or
            `[height, width]`.
        transforms: numbers `[8]`, or `[batch, 8]`: with `a0...c1` in it, the pixel `(x, y)` of the
            result is `((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)` of the image, where
            `k = c0 x + c1 y + 1`.
        interpolation: `NEAREST` or `BILINEAR`.
        output_shape: height and width of the result; by default the images'.
        name: of the op.

    Returns:
        Images of the rank and dtype of `images`.

    Raises:
        TypeError: `images` have another rank.
    """
    images = tf.convert_to_tensor(images)
    rank = images.shape.rank
    if rank not in (2, 3, 4):
        raise TypeError(f"`images` must have 2, 3 or 4 dimensions. Received: shape {images.shape}")
    batch = images if rank == 4 else images[None] if rank == 3 else images[None, :, :, None]
    transforms = tf.cast(transforms, tf.float32)
    if transforms.shape.rank == 1:
        transforms = transforms[None]
    result = tf.raw_ops.ImageProjectiveTransformV3(
        images=batch,
        transforms=transforms,
        output_shape=tf.shape(batch)[1:3] if output_shape is None else output_shape,
        fill_value=0.0,
        interpolation=interpolation.upper(),
        fill_mode="CONSTANT",
        name=name,
    )
    if output_shape is None:
        result.set_shape(batch.shape)
    return result if rank == 4 else result[0] if rank == 3 else result[0, :, :, 0]


def translate(
    images: Any, translations: Any, interpolation: str = "NEAREST", name: str | None = None
) -> tf.Tensor:
    """Moves images.

    Args:
        images, interpolation, name: as for `transform`.
        translations: pixels `[dx, dy]`, or `[batch, 2]`, to the right and down.

    Returns:
        Images as `images`.
    """
    moved = translations_to_projective_transforms(translations)
    return transform(images, moved, interpolation, name=name)


def rotate(
    images: Any, angles: Any, interpolation: str = "NEAREST", name: str | None = None
) -> tf.Tensor:
    """Turns images about their middle.

    Args:
        images, interpolation, name: as for `transform`.
        angles: radians, a number or `[batch]`, counterclockwise.

    Returns:
        Images as `images`.
    """
    images = tf.convert_to_tensor(images)
    first = 0 if images.shape.rank != 4 else 1
    height, width = (tf.cast(tf.shape(images)[first + i], tf.float32) for i in range(2))
    turned = angles_to_projective_transforms(angles, height, width)
    return transform(images, turned, interpolation, name=name)


def translations_to_projective_transforms(translations: Any, name: str | None = None) -> tf.Tensor:
    """Transforms `[batch, 8]` that move by `[dx, dy]`, or `[batch, 2]`, pixels."""
    with tf.name_scope(name or "translations_to_projective_transforms"):
        moves = tf.reshape(tf.cast(translations, tf.float32), [-1, 2])
        zero = tf.zeros_like(moves[:, 0])
        one = zero + 1.0
        rows = [one, zero, -moves[:, 0], zero, one, -moves[:, 1], zero, zero]
        return tf.stack(rows, axis=1)


def angles_to_projective_transforms(
    angles: Any, image_height: Any, image_width: Any, name: str | None = None
) -> tf.Tensor:
    """Transforms `[batch, 8]` that turn images by `angles` about their middle.

    Args:
        angles: radians, a number or `[batch]`.
        image_height, image_width: of the images, floating point numbers.
        name: of the scope.
    """
    with tf.name_scope(name or "angles_to_projective_transforms"):
        angles = tf.reshape(tf.cast(angles, tf.float32), [-1])
        cosine, sine, zero = tf.cos(angles), tf.sin(angles), tf.zeros_like(angles)
        # The middle stays where it is: whatever the turn moves it by is taken back.
        x, y = (image_width - 1) / 2, (image_height - 1) / 2
        right, down = x - (cosine * x - sine * y), y - (sine * x + cosine * y)
        return tf.stack([cosine, -sine, right, sine, cosine, down, zero, zero], axis=1)
