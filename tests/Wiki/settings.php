<?php
// Settings of the test wiki; all paths are those of the copy this file lies in.
$wgSitename = 'Test Wiki';
$wgServer = getenv( 'MW_SERVER' ) ?: 'http://127.0.0.1';
$wgScriptPath = '/w';
$wgLanguageCode = 'en';
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = __DIR__ . '/db';
$wgSecretKey = str_repeat( '0123456789abcdef', 4 );
$wgMainCacheType = PHP_SAPI === 'cli-server' ? CACHE_ACCEL : CACHE_NONE;
$wgCacheDirectory = __DIR__ . '/cache';
$wgTmpDirectory = __DIR__ . '/tmp';
$wgUploadDirectory = __DIR__ . '/images';
$wgLocalisationCacheConf['store'] = 'array';
// Nobody runs jobs or sends mail here, and readers do not write.
$wgJobRunRate = 0;
$wgEnableEmail = false;
$wgPingback = false;
$wgMiserMode = false;
$wgGroupPermissions['bot']['bot'] = true;
// What Wikibase would know of a page, as a page property that is set whenever the page is parsed.
$wgHooks['ContentAlterParserOutput'][] = static function ( $content, $title, $output ) {
	static $items = null;
	$items ??= json_decode( file_get_contents( __DIR__ . '/world.json' ), true )['items'];
	$item = $items[$title->getPrefixedText()] ?? null;
	if ( $item !== null ) {
		$output->setPageProperty( 'wikibase_item', $item );
	}
};
