using System.Security.Cryptography;
using Purser.Agent.State;

namespace Purser.Cli.Fleet;

/// <summary>What all devices of a simulation share.</summary>
internal sealed record FleetWorld(
    FleetOptions Options, FleetClock Clock, Estate Estate, Uri Authority, TrustAnchor Trust, HttpMessageInvoker Http, PoolBook Pools, Violations Violations, Tally Tally, RandomNumberGenerator Secrets);
