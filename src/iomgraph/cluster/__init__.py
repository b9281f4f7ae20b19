"""A build on a cluster: the stages of a build by partition, run by Apache Spark. Start reading at `build`.

Spark reads, shuffles, sorts and counts; what is done to a part is what a build on one machine does to all.
"""
