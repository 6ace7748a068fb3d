/// Most messages in one request, of every dialect.
const MOST_MESSAGES: usize = 10;
/// Most bytes of bodies in one request: what YMQ takes, and less than SQS does.
const MOST_BYTES: usize = 256 * 1024;

/// The bodies in their order, cut into what one request may carry. A body over the limit goes alone: the queue judges it.
pub(crate) fn batches(bodies: &[String]) -> Vec<&[String]> {
    let mut batches = Vec::new();
    let mut rest = bodies;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest.iter().take(MOST_MESSAGES).take_while(|body| {
            bytes += body.len();
            bytes <= MOST_BYTES
        });
        let (batch, left) = rest.split_at(fitting.count().max(1));
        batches.push(batch);
        rest = left;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(bodies: &[usize]) -> Vec<usize> {
        let bodies: Vec<String> = bodies.iter().map(|size| "x".repeat(*size)).collect();
        let batches = batches(&bodies);
        assert_eq!(batches.concat(), bodies, "a body is lost or out of order");
        batches.iter().map(|batch| batch.len()).collect()
    }

    #[test]
    fn bodies_are_cut_by_count_and_by_size() {
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&[1; 10]), [10]);
        assert_eq!(sizes(&[1; 25]), [10, 10, 5]);
        assert_eq!(sizes(&[128 * 1024; 5]), [2, 2, 1]);
        assert_eq!(sizes(&[256 * 1024, 1, 1]), [1, 2]);
        assert_eq!(sizes(&[1, 300 * 1024, 1]), [1, 1, 1]);
    }

    #[test]
    fn the_size_is_counted_in_bytes_of_utf_8() {
        let bodies = vec!["ж".repeat(70_000), "ж".repeat(70_000)];
        assert_eq!(batches(&bodies).len(), 2);
    }
}
