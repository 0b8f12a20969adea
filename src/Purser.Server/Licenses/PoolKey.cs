namespace Purser.Server.Licenses;

/// <summary>A pool inside an account: virtual account × entitlement × billing (domain rules 1.1).</summary>
public readonly record struct PoolKey(long VirtualAccountId, long EntitlementId, Billing Billing = Billing.Prepaid);
