"""The list as a whole: the matrix of its pairs, what adds up over it, and the enzymes that its medicines share."""
