#!/bin/sh
# build-image.sh DIRECTORY IMAGE [DOCKERFILE] [BUILD_ARG=VALUE…]: builds with Docker, and loads the image into the cluster
# that KUBECONFIG names if kind made it. Elsewhere the image is pushed: its name must then be of a registry that the
# cluster's nodes can pull from.
set -eu
directory=$1 image=$2 dockerfile=${3:-$1/Dockerfile}
shift $(($# < 3 ? $# : 3))
for argument in "$@"; do
  set -- "$@" --build-arg "$argument"
  shift
done
docker build --quiet --tag "$image" --file "$dockerfile" "$@" "$directory"
context=$(kubectl config current-context)
case $context in
kind-*) kind load docker-image "$image" --name "${context#kind-}" ;;
*) docker push --quiet "$image" ;;
esac
