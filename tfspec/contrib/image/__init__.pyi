from tfspec.contrib.image._transform import (
    angles_to_projective_transforms as angles_to_projective_transforms,
)
from tfspec.contrib.image._transform import rotate as rotate
from tfspec.contrib.image._transform import transform as transform
from tfspec.contrib.image._transform import translate as translate
from tfspec.contrib.image._transform import (
    translations_to_projective_transforms as translations_to_projective_transforms,
)
