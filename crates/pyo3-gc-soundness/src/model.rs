//! What must happen to a graph, computed from the record alone.

/// A reference from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node, or the probe.
    pub to: Option<usize>,
    /// Whether clearing the node lets go of it.
    pub lets_go: bool,
}

/// The nodes by number, each with its references; the same one any number of times.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Those of each node.
    pub edges: Vec<Vec<Edge>>,
}

impl Model {
    fn targets(&self, node: usize) -> impl Iterator<Item = usize> {
        self.edges[node].iter().filter_map(|edge| edge.to)
    }

    /// The nodes that can be reached from these.
    #[must_use]
    pub fn reachable(&self, from: &[usize]) -> Vec<bool> {
        let mut found = vec![false; self.edges.len()];
        let mut waiting = from.to_vec();
        while let Some(node) = waiting.pop() {
            if !std::mem::replace(&mut found[node], true) {
                waiting.extend(self.targets(node));
            }
        }
        found
    }

    /// Lets go of what a clear lets go of.
    pub fn clear(&mut self, node: usize) {
        self.edges[node].retain(|edge| !edge.lets_go);
    }

    /// Which nodes stay after a collection with these roots: what can be reached, and what lies on or behind a cycle that no
    /// clear can cut.
    ///
    /// What cannot be reached is cleared, and then dies when its last reference does.
    #[must_use]
    pub fn collect(&mut self, roots: &[usize]) -> Vec<bool> {
        let alive = self.reachable(roots);
        let garbage: Vec<usize> = (0..alive.len()).filter(|&node| !alive[node]).collect();
        for &node in &garbage {
            self.clear(node);
        }
        let mut stays = vec![true; alive.len()];
        let mut owners = vec![0_usize; alive.len()];
        for target in garbage.iter().flat_map(|&node| self.targets(node)) {
            owners[target] += 1;
        }
        let mut dying: Vec<usize> = garbage.into_iter().filter(|&node| owners[node] == 0).collect();
        while let Some(node) = dying.pop() {
            stays[node] = false;
            for edge in std::mem::take(&mut self.edges[node]) {
                let Some(target) = edge.to else {
                    continue;
                };
                owners[target] -= 1;
                if owners[target] == 0 && !alive[target] {
                    dying.push(target);
                }
            }
        }
        stays
    }

    /// How many references to the probe these nodes own.
    #[must_use]
    pub fn references_to_the_probe(&self) -> usize {
        self.edges.iter().flatten().filter(|edge| edge.to.is_none()).count()
    }
}
