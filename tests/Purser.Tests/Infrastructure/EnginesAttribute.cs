using System.Reflection;
using Purser.Server.Store;
using Xunit.Sdk;
using Xunit.v3;

namespace Purser.Tests.Infrastructure;

/// <summary>Runs a theory on every engine: <c>[Theory, Engines] Task Test(Engine engine)</c>. An engine that is not configured is visibly skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EnginesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow(Engine.Sqlite), new TheoryDataRow(Engine.Postgres) { Skip = TestEngines.WhyNoPostgres }]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
