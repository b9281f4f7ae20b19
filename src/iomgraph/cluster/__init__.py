"""A build on a cluster: the stages of a build by partition, run by Apache Spark. Start reading at `build`.

Spark reads, shuffles, sorts and counts; each part goes through the same steps as everything on one machine.
"""
