from tfspec.contrib.factorization._kmeans import COSINE_DISTANCE as COSINE_DISTANCE
from tfspec.contrib.factorization._kmeans import KMEANS_PLUS_PLUS_INIT as KMEANS_PLUS_PLUS_INIT
from tfspec.contrib.factorization._kmeans import RANDOM_INIT as RANDOM_INIT
from tfspec.contrib.factorization._kmeans import (
    SQUARED_EUCLIDEAN_DISTANCE as SQUARED_EUCLIDEAN_DISTANCE,
)
from tfspec.contrib.factorization._kmeans import KMeans as KMeans
from tfspec.contrib.factorization._kmeans import KMeansClustering as KMeansClustering
from tfspec.contrib.factorization._wals import WALSModel as WALSModel
from tfspec.contrib.factorization._wals_estimator import (
    WALSMatrixFactorization as WALSMatrixFactorization,
)
